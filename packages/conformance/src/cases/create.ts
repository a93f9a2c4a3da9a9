import assert from 'node:assert/strict'
import type { SessionToStore } from '@mako-session/core'
import { defineCase, type RunnableCase } from '../conformance-case.ts'
import { assertHolds, createRecord } from '../context/record-assertions.ts'

/** What `create` does with a new key, with the key of a live record, and where 20 handles create at once. */
export const createCases: readonly RunnableCase[] = [
  defineCase({
    id: 'create/then-read',
    title: 'create stores a record and resolves true',
    clause: 'S2',
    async run(context) {
      const store = await context.open()
      const record = await createRecord(context, store)
      const withUser = await createRecord(context, store, { userKey: context.random.hex(64) })
      await assertHolds(store, record)
      await assertHolds(store, withUser)
    },
  }),
  defineCase({
    id: 'create/existing-is-false-and-unchanged',
    title: 'create resolves false where a live record has the key, and changes nothing',
    clause: 'S2',
    async run(context) {
      const [store, other] = [await context.open(), await context.open()]
      const record = await createRecord(context, store, { ttl: 2 * context.step })
      for (const handle of [store, other]) {
        const answer = await handle.create(record.key, context.session({ ttl: 9 * context.step }))
        assert.equal(answer, false, 'create of an existing key')
        await assertHolds(handle, record)
      }
      await context.advance(2 * context.step)
      assert.equal(
        await store.read(record.key),
        undefined,
        'a create that resolved false changed the ttl',
      )
    },
  }),
  defineCase({
    id: 'create/one-winner-of-20',
    title:
      'of 20 simultaneous creates of one key exactly one resolves true, and read gives its record',
    clause: 'S2',
    async run(context) {
      const [store, handles] = [await context.open(), await context.openMany(20)]
      for (let round = 0; round < 10; round += 1) {
        const key = context.key()
        const winners: SessionToStore[] = []
        const tries = handles.map((handle) => async () => {
          const session = context.session()
          if (await handle.create(key, session)) winners.push(session)
        })
        await context.race(tries)
        assert.equal(winners.length, 1, 'creates that resolved true')
        for (const session of winners) await assertHolds(store, { key, session })
      }
    },
  }),
]
