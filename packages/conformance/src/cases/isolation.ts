import assert from 'node:assert/strict'
import { defineCase, type RunnableCase } from '../conformance-case.ts'
import type { CaseContext } from '../context/case-context.ts'
import { assertAbsent, assertHolds, createRecords } from '../context/record-assertions.ts'
import type { RecordedStore } from '../operations/recorded-store.ts'

/** Stores of different namespaces never see each other's records. */
export const isolationCases: readonly RunnableCase[] = [
  isolated('namespaces', 'two namespaces have records of their own under the same key', [
    'one',
    'two',
  ]),
  isolated(
    'prefix-like-names',
    'namespaces whose names begin with the same characters share no records',
    ['x', 'x:y', 'app', 'app2'],
  ),
  defineCase({
    id: 'isolation/gc',
    title: 'gc removes and counts records of its own namespace only',
    clause: 'S9',
    async run(context) {
      const names = ['app', 'app2', 'x', 'x:y']
      const stores = await Promise.all(names.map((name) => context.open(name)))
      const owned = []
      for (const store of stores) {
        await createRecords(context, store, 3, { ttl: context.step })
        owned.push({
          store,
          live: await createRecords(context, store, 2, { ttl: 9 * context.step }),
        })
      }
      await context.advance(context.step)
      for (const { store } of owned) {
        const removed = await store.gc()
        assert.ok(removed === 0 || removed === 3, `gc counted ${removed}, but 0 or 3 is right`)
        for (const { store: other, live } of owned) {
          for (const record of live) await assertHolds(other, record)
        }
      }
    },
  }),
  defineCase({
    id: 'isolation/users',
    title: 'findByUser lists keys of its own namespace only',
    clause: 'S9',
    needs: ['userIndex'],
    async run(context) {
      const userKey = context.random.hex(64)
      const stores = await Promise.all(
        ['app', 'app2', 'x', 'x:y'].map((name) => context.open(name)),
      )
      const owned = []
      for (const store of stores) {
        const records = await createRecords(context, store, 3, { userKey })
        owned.push({ store, keys: records.map(({ key }) => key).sort() })
      }
      for (const { store, keys } of owned) {
        assert.deepEqual([...(await store.findByUser(userKey))].sort(), keys, 'the keys')
      }
    },
  }),
]

function isolated(name: string, title: string, namespaces: readonly string[]): RunnableCase {
  return defineCase({
    id: `isolation/${name}`,
    title,
    clause: 'S9',
    async run(context) {
      const stores = await Promise.all(namespaces.map((namespace) => context.open(namespace)))
      const key = context.key()
      const records = await fill(context, stores, key)
      for (const [at, store] of stores.entries()) {
        await store.delete(key)
        await assertAbsent(store, key, 'after delete')
        for (const { store: other, session } of records.slice(at + 1)) {
          await assertHolds(other, { key, session })
        }
      }
    },
  })
}

async function fill(context: CaseContext, stores: readonly RecordedStore[], key: string) {
  const records = []
  for (const store of stores) {
    await assertAbsent(store, key, 'of a key that only other namespaces have')
    const first = context.session()
    assert.equal(
      await store.create(key, first),
      true,
      'create of a key that only other namespaces have',
    )
    const session = context.session()
    assert.equal(await store.update(key, first.version, session), true, 'update')
    records.push({ store, session })
  }
  for (const { store, session } of records) await assertHolds(store, { key, session })
  return records
}
