import assert from 'node:assert/strict'
import { defineCase, type RunnableCase } from '../conformance-case.ts'
import { mainNamespace } from '../context/case-context.ts'
import { assertAbsent, assertHolds, createRecord } from '../context/record-assertions.ts'

/** What `read` gives, and that it changes nothing. */
export const readCases: readonly RunnableCase[] = [
  defineCase({
    id: 'read/missing-is-undefined',
    title: 'read resolves undefined where there is no record',
    clause: 'S1',
    async run(context) {
      const store = await context.open()
      await assertAbsent(store, context.key(), 'in an empty area')
      await createRecord(context, store)
      await assertAbsent(store, context.key(), 'of a key that was never created')
    },
  }),
  defineCase({
    id: 'read/does-not-create',
    title: 'read of a missing key creates nothing',
    clause: 'S1',
    async run(context) {
      const [store, other] = [await context.open(), await context.open()]
      const key = context.key()
      await store.read(key)
      await assertAbsent(other, key, 'after another read')
      assert.notEqual(await context.peek(key), true, 'there is a row after read')
      const record = { key, session: context.session() }
      assert.equal(await store.create(key, record.session), true, 'create after read')
      await assertHolds(other, record)
    },
  }),
  defineCase({
    id: 'read/sees-other-handles',
    title: 'every handle reads what another one wrote as soon as the write resolved',
    clause: 'S8',
    async run(context) {
      const [one, other] = [await context.open(), await context.open()]
      const key = context.key()
      await assertAbsent(other, key, 'before create')
      let session = context.session()
      await one.create(key, session)
      for (let writes = 0; writes < 10; writes += 1) {
        await assertHolds(one, { key, session })
        await assertHolds(other, { key, session })
        const next = context.session()
        const writer = writes % 2 === 0 ? other : one
        assert.equal(await writer.update(key, session.version, next), true, 'update')
        session = next
      }
      await assertHolds(other, { key, session })
      await one.delete(key)
      await assertAbsent(other, key, 'after another handle deleted')
    },
  }),
  defineCase({
    id: 'read/independent-keys',
    title: 'records with similar keys are not mixed up, also when they are read at the same time',
    clause: 'S1',
    async run(context) {
      const store = await context.open()
      const key = context.key()
      const digits = ['0', '1', 'e', 'f']
      const keys = new Set(['0'.repeat(32), `1e${'0'.repeat(30)}`, `${'0'.repeat(31)}1`])
      for (const digit of digits) keys.add(digit + key.slice(1)).add(key.slice(0, -1) + digit)
      const records = [...keys].map((each) => ({ key: each, session: context.session() }))
      const creates = records.map((record) => () => store.create(record.key, record.session))
      for (const created of await context.race(creates)) assert.equal(created, true, 'create')
      await Promise.all([...records, ...records].map((record) => assertHolds(store, record)))
    },
  }),
  defineCase({
    id: 'read/foreign-record-is-undefined',
    title: 'read resolves undefined where the data under the key are no record of the store',
    clause: 'S1',
    needs: ['plant'],
    async run(context) {
      const store = await context.open()
      const key = context.key()
      await context.environment.plant?.(mainNamespace, key)
      assert.notEqual(await context.peek(key), false, 'plant put nothing under the key')
      await assertAbsent(store, key, 'of a key under which plant put other data')
      await assertHolds(store, await createRecord(context, store))
    },
  }),
]
