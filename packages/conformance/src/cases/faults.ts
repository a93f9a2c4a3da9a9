import assert from 'node:assert/strict'
import { type ConformanceCase, defineCase } from '../conformance-case.ts'
import { everyCall, findCall, gcCalls, readCall } from '../context/every-call.ts'
import { assertNothingMadeUp, patienceFor, untilItWorks } from '../context/outage.ts'
import { assertHolds, createRecord } from '../context/record-assertions.ts'

/**
 * What a store answers while its backend fails: nothing that is not so. A reply that is lost leaves
 * open whether a write happened; what then is right is the core's affair.
 */
export const faultsCases: readonly ConformanceCase[] = [
  faultsCase(
    'refuse-rejects',
    'every call rejects with an error while the backend refuses connections',
    async (context) => {
      const [used, unused] = [await context.open(), await context.open()]
      const calls = [...(await gcCalls(context, used)), ...(await everyCall(context, used))]
      const { key } = await createRecord(context, used)
      await context.setFault('refuse')
      const rejecting = calls.map(({ name, call }) => assertRejects(name, call()))
      await Promise.all([...rejecting, assertRejects('the first read', unused.read(key))])
    },
  ),
  faultsCase(
    'stall-gives-no-false-answer',
    'no call makes up an answer while the backend is silent, and late answers are right',
    async (context) => {
      const store = await context.open()
      const calls = [...(await gcCalls(context, store)), ...(await everyCall(context, store))]
      await assertNothingMadeUp(context, 'stall', store, calls)
    },
  ),
  faultsCase(
    'lost-reply-of-read-is-not-undefined',
    'a read whose reply is lost does not resolve as if there were nothing',
    async (context) => {
      const store = await context.open()
      const calls = [await readCall(context, store)]
      if (context.subject.userIndex) calls.push(await findCall(context, store))
      await assertNothingMadeUp(context, 'lostReply', store, calls)
    },
  ),
  faultsCase(
    'recovers',
    'soon after an outage every call answers again, and what was stored before is there',
    async (context) => {
      const handles = await context.openMany(2)
      const [store] = handles
      assert.ok(store)
      const record = await createRecord(context, store)
      for (const mode of ['refuse', 'stall', 'lostReply'] as const) {
        const seconds = await patienceFor(context, store)
        await context.setFault(mode)
        const asked = Promise.allSettled(handles.map((handle) => handle.read(record.key)))
        await Promise.race([asked, context.wait(seconds)])
        await context.setFault('up')
        for (const handle of handles) await untilItWorks(context, handle)
        for (const handle of handles) await assertHolds(handle, record)
      }
    },
  ),
]

async function assertRejects(name: string, call: Promise<unknown>): Promise<void> {
  const error = await call.then(
    (answer) => assert.fail(`${name} resolved ${answer} although the backend refused`),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof Error, `${name} rejected with ${error}, which is no error`)
}

function faultsCase(name: string, title: string, run: ConformanceCase['run']): ConformanceCase {
  return defineCase({
    id: `faults/${name}`,
    title,
    clause: 'S7',
    needs: ['faults'],
    timeLimit: 120,
    run,
  })
}
