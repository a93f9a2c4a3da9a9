import assert from 'node:assert/strict'
import { defineCase, type RunnableCase } from '../conformance-case.ts'
import type { CaseContext } from '../context/case-context.ts'
import { assertAbsent, assertHolds, createRecord } from '../context/record-assertions.ts'
import { checkHistory } from '../operations/check-history.ts'
import type { WorkerStore } from '../worker/worker-store.ts'

const processes = 4
const incrementsEach = 50

/** What `update` does where several processes write. A lock inside one process does not help there. */
export const processCases: readonly RunnableCase[] = [
  defineCase({
    id: 'update/four-processes',
    title:
      'of the increments by four processes none is lost, and none is refused without a conflict',
    clause: 'S3',
    needs: ['worker'],
    async run(context) {
      const workers = await context.openProcesses(processes)
      const store = await context.open()
      const { key, session } = await createRecord(context, store, { payload: '0' })
      const attempts = await Promise.all(
        workers.map((worker) =>
          worker.increment(key, incrementsEach, context.random.integer(2 ** 31)),
        ),
      )
      const last = await store.read(key)
      assert.ok(last, 'read of the live record resolved undefined')
      const history = { initial: session.version, final: last.version, attempts: attempts.flat() }
      assert.deepEqual(checkHistory(history), [])
      assert.equal(last.payload, String(processes * incrementsEach), 'the count')
    },
  }),
  defineCase({
    id: 'update/alternating-processes-see-each-other',
    title: 'a process reads and updates what another one has just written',
    clause: 'S8',
    needs: ['worker'],
    async run(context) {
      const [one, other] = await context.openProcesses(2)
      assert.ok(one && other)
      const key = await alternate(context, one, other)
      await one.delete(key)
      await assertAbsent(other, key, 'after another process deleted')
      const answer = await other.update(key, context.random.version(), context.session())
      assert.equal(answer, false, 'update after another process deleted')
    },
  }),
]

async function alternate(
  context: CaseContext,
  one: WorkerStore,
  other: WorkerStore,
): Promise<string> {
  const { key, session: first } = await createRecord(context, one)
  let session = first
  for (let writes = 0; writes < 50; writes += 1) {
    const [writer, reader] = writes % 2 === 0 ? [other, one] : [one, other]
    await assertHolds(writer, { key, session })
    const next = context.session()
    assert.equal(
      await writer.update(key, session.version, next),
      true,
      'update with the version that was read',
    )
    const stale = await reader.update(key, session.version, context.session())
    assert.equal(stale, false, 'update with the version that another process has replaced')
    session = next
    await assertHolds(reader, { key, session })
  }
  return key
}
