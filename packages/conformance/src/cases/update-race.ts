import assert from 'node:assert/strict'
import type { SessionToStore } from '@mako-session/core'
import { defineCase, type RunnableCase } from '../conformance-case.ts'
import type { CaseContext } from '../context/case-context.ts'
import { assertHolds, createRecord } from '../context/record-assertions.ts'
import { checkHistory, type WriteAttempt } from '../operations/check-history.ts'
import { increment } from '../operations/increment.ts'

/** What `update` does where several handles of one process write. */
export const updateRaceCases: readonly RunnableCase[] = [
  defineCase({
    id: 'update/one-winner-of-20',
    title:
      'of 20 simultaneous updates of one version exactly one resolves true, and read gives its record',
    clause: 'S3',
    async run(context) {
      const [store, handles] = [await context.open(), await context.openMany(20)]
      for (let round = 0; round < 10; round += 1) {
        const { key, session: first } = await createRecord(context, store)
        const winners: SessionToStore[] = []
        const tries = handles.map((handle) => async () => {
          const session = context.session()
          if (await handle.update(key, first.version, session)) winners.push(session)
        })
        await context.race(tries)
        assert.equal(winners.length, 1, 'updates that resolved true')
        for (const session of winners) await assertHolds(store, { key, session })
      }
    },
  }),
  defineCase({
    id: 'update/increments-8x25',
    title: 'of 25 increments by each of 8 writers none is lost',
    clause: 'S3',
    async run(context) {
      const { payload } = await incrementTogether(context, 8, 25)
      assert.equal(payload, '200', 'the count')
    },
  }),
  defineCase({
    id: 'update/history-is-linearizable',
    title: 'the reads and updates of 5 writers are linearizable: one order explains all answers',
    clause: 'S3',
    async run(context) {
      for (let round = 0; round < 4; round += 1) {
        const { initial, final, attempts } = await incrementTogether(context, 5, 20)
        assert.deepEqual(checkHistory({ initial, final, attempts }), [])
      }
    },
  }),
]

async function incrementTogether(
  context: CaseContext,
  writers: number,
  times: number,
): Promise<Outcome> {
  const store = await context.open()
  const { key, session } = await createRecord(context, store, { payload: '0' })
  const handles = await context.openMany(writers)
  const attempts = await context.race(
    handles.map((handle) => () => increment(handle, key, times, context.random)),
  )
  const last = await store.read(key)
  assert.ok(last, 'read of the live record resolved undefined')
  const { version: final, payload } = last
  return { initial: session.version, final, payload, attempts: attempts.flat() }
}

interface Outcome {
  readonly initial: string
  readonly final: string
  readonly payload: string
  readonly attempts: readonly WriteAttempt[]
}
