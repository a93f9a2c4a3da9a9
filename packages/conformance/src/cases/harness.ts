import assert from 'node:assert/strict'
import { defineCase, type RunnableCase } from '../conformance-case.ts'
import { assertAbsent, assertHolds, createRecord } from '../context/record-assertions.ts'

/** What the subject has to do. The other cases rely on it. */
export const harnessCases: readonly RunnableCase[] = [
  defineCase({
    id: 'harness/fresh-area',
    title: 'setup gives an empty area, without the records of the area before',
    clause: 'harness',
    async run(context) {
      const { key } = await createRecord(context, await context.open())
      await context.start()
      const store = await context.open()
      await assertAbsent(store, key, 'of a record that was stored before setup')
      await createRecord(context, store)
    },
  }),
  defineCase({
    id: 'harness/handles-share',
    title: 'open gives handles of equal namespaces the same data',
    clause: 'harness',
    async run(context) {
      const [one, other] = await Promise.all([context.open('shared'), context.open('shared')])
      await assertHolds(other, await createRecord(context, one))
      await assertHolds(one, await createRecord(context, other))
      const { environment } = context
      const [first, second] = [await environment.open(), await environment.open()]
      await assertHolds(second, await createRecord(context, first))
    },
  }),
  defineCase({
    id: 'harness/time-moves',
    title: 'the time control moves the time that the store sees, by the seconds that it is given',
    clause: 'harness',
    async run(context) {
      const store = await context.open()
      const short = await createRecord(context, store, { ttl: context.step })
      const long = await createRecord(context, store, { ttl: 10 * context.step })
      await assertHolds(store, short)
      await context.advance(context.step)
      await assertAbsent(store, short.key, 'after the time was moved past the deadline')
      await assertHolds(store, long)
    },
  }),
  defineCase({
    id: 'harness/user-index-declared',
    title: 'the store has findByUser exactly when the subject says so',
    clause: 'harness',
    async run(context) {
      const store = await context.open()
      assert.equal(
        store.hasUserIndex,
        context.subject.userIndex,
        'whether the store has findByUser',
      )
    },
  }),
]
