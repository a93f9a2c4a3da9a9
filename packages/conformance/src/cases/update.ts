import assert from 'node:assert/strict'
import { defineCase, type RunnableCase } from '../conformance-case.ts'
import { assertAbsent, assertHolds, createRecord } from '../context/record-assertions.ts'

/** What `update` does where no other handle writes at the same time. */
export const updateCases: readonly RunnableCase[] = [
  defineCase({
    id: 'update/replaces-version-payload-and-ttl',
    title: 'update with the expected version replaces version, payload and ttl and resolves true',
    clause: 'S3',
    async run(context) {
      const store = await context.open()
      const { key, session } = await createRecord(context, store, { ttl: context.step })
      const next = context.session({ ttl: 3 * context.step })
      assert.equal(await store.update(key, session.version, next), true, 'update')
      await assertHolds(store, { key, session: next })
      await context.advance(2 * context.step)
      await assertHolds(store, { key, session: next })
    },
  }),
  defineCase({
    id: 'update/stale-version-is-false-and-unchanged',
    title: 'update with any other version resolves false and changes nothing',
    clause: 'S3',
    async run(context) {
      const store = await context.open()
      const { key, session: first } = await createRecord(context, store)
      const second = context.session({ ttl: 2 * context.step })
      assert.equal(await store.update(key, first.version, second), true, 'update')
      const swapped = swapCase(second.version)
      for (const version of [first.version, context.random.version(), swapped]) {
        const answer = await store.update(key, version, context.session({ ttl: 9 * context.step }))
        assert.equal(answer, false, `update with the version "${version}"`)
        await assertHolds(store, { key, session: second })
      }
      await context.advance(2 * context.step)
      await assertAbsent(
        store,
        key,
        'after the deadline: an update that resolved false changed the ttl',
      )
    },
  }),
  defineCase({
    id: 'update/missing-creates-nothing',
    title: 'update of a missing key resolves false and creates nothing',
    clause: 'S3',
    async run(context) {
      const store = await context.open()
      const key = context.key()
      const version = context.random.version()
      assert.equal(await store.update(key, version, context.session()), false, 'update')
      await assertAbsent(store, key, 'after the refused update')
      assert.notEqual(await context.peek(key), true, 'there is a row after the refused update')
      assert.equal(await store.create(key, context.session()), true, 'create after it')
    },
  }),
  defineCase({
    id: 'update/after-delete-is-false',
    title: 'update of a deleted record resolves false and does not bring it back',
    clause: 'S4',
    async run(context) {
      const [store, other] = [await context.open(), await context.open()]
      const { key, session } = await createRecord(context, store)
      await other.read(key)
      await store.delete(key)
      for (const handle of [store, other]) {
        const answer = await handle.update(key, session.version, context.session())
        assert.equal(answer, false, 'update')
        await assertAbsent(handle, key, 'after the refused update')
      }
    },
  }),
  defineCase({
    id: 'update/after-delete-and-create-old-version-is-false',
    title: 'update with the version of a deleted record does not change the next record of the key',
    clause: 'S3',
    async run(context) {
      const store = await context.open()
      const { key, session: old } = await createRecord(context, store)
      await store.delete(key)
      const session = context.session()
      assert.equal(await store.create(key, session), true, 'create after delete')
      assert.equal(await store.update(key, old.version, context.session()), false, 'update')
      await assertHolds(store, { key, session })
    },
  }),
  defineCase({
    id: 'update/expired-is-false',
    title: 'update of a record whose time is over resolves false and does not bring it back',
    clause: 'S3',
    async run(context) {
      const store = await context.open()
      const { key, session } = await createRecord(context, store, { ttl: context.step })
      await context.advance(context.step)
      assert.equal(await store.update(key, session.version, context.session()), false, 'update')
      await assertAbsent(store, key, 'after the refused update')
    },
  }),
]

// A column that ignores case compares this version as equal to the other. The last character stays: only
// A, Q, g and w can end the base64url text of 16 bytes.
function swapCase(version: string): string {
  return version.replace(/[a-z](?!$)/gi, (letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  )
}
