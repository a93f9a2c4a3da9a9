import assert from 'node:assert/strict'
import { defineCase, type RunnableCase } from '../conformance-case.ts'
import type { CaseContext } from '../context/case-context.ts'
import { everyCall, findCall, gcCalls, type KnownCall, readCall } from '../context/every-call.ts'
import { assertNothingMadeUp, outage, untilItWorks } from '../context/outage.ts'
import { assertHolds, createRecord } from '../context/record-assertions.ts'
import { patience } from '../context/wait.ts'

/**
 * What calls do while the backend fails: no call may resolve an answer that the backend did not give.
 * These cases ask for no certain answer of a write whose reply was lost, because the store cannot know
 * whether the write happened. The core finds that out by the version.
 */
export const faultsCases: readonly RunnableCase[] = [
  faultsCase(
    'refuse-rejects',
    'every call rejects with an error while the backend refuses connections',
    async (context) => {
      const [used, unused] = [await context.open(), await context.open()]
      const calls = [...(await gcCalls(context, used)), ...(await everyCall(context, used))]
      const { key } = await createRecord(context, used)
      await context.setFault('refuse')
      const firstRead = { name: 'the first read', call: () => unused.read(key) }
      await assertAllReject(context, [...calls, firstRead])
    },
  ),
  faultsCase(
    'stall-gives-no-false-answer',
    'no call resolves while the backend does not answer, and answers after the outage are right',
    async (context) => {
      const store = await context.open()
      const calls = [...(await gcCalls(context, store)), ...(await everyCall(context, store))]
      await assertNothingMadeUp(context, 'stall', store, calls)
    },
  ),
  faultsCase(
    'lost-reply-of-read-is-not-undefined',
    'read does not resolve undefined when its reply is lost, nor findByUser an empty list',
    async (context) => {
      const store = await context.open()
      const calls = [await readCall(context, store)]
      if (context.subject.userIndex) calls.push(await findCall(context, store))
      await assertNothingMadeUp(context, 'lostReply', store, calls)
    },
  ),
  faultsCase(
    'recovers',
    'within two minutes after an outage every call works again, and the records from before are there',
    async (context) => {
      const handles = await context.openMany(2)
      const [store] = handles
      assert.ok(store)
      const record = await createRecord(context, store)
      for (const mode of ['refuse', 'stall', 'lostReply'] as const) {
        await context.setFault(mode)
        const asked = Promise.allSettled(handles.map((handle) => handle.read(record.key)))
        await Promise.race([asked, context.wait(outage)])
        await context.setFault('up')
        for (const handle of handles) await untilItWorks(context, handle)
        for (const handle of handles) await assertHolds(handle, record)
      }
    },
  ),
]

async function assertAllReject(
  context: CaseContext,
  calls: readonly Pick<KnownCall, 'name' | 'call'>[],
): Promise<void> {
  const unanswered = new Set(calls.map(({ name }) => name))
  const rejecting = calls.map(async ({ name, call }) => {
    await assertRejects(name, call())
    unanswered.delete(name)
  })
  const late = context.wait(patience).then(() => {
    const names = [...unanswered].join(', ')
    assert.fail(
      `${names} neither resolved nor rejected in ${patience} seconds, although the backend refused`,
    )
  })
  await Promise.race([Promise.all(rejecting), late])
}

async function assertRejects(name: string, call: Promise<unknown>): Promise<void> {
  const error = await call.then(
    (answer) => assert.fail(`${name} resolved ${answer} although the backend refused`),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof Error, `${name} rejected with ${error}, which is not an Error`)
}

function faultsCase(name: string, title: string, run: RunnableCase['run']): RunnableCase {
  return defineCase({
    id: `faults/${name}`,
    title,
    clause: 'S7',
    needs: ['faults'],
    run,
  })
}
