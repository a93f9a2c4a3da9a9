import assert from 'node:assert/strict'
import type { Store } from '@mako-session/core'
import { defineCase, type RunnableCase } from '../conformance-case.ts'
import type { CaseContext } from '../context/case-context.ts'
import { assertAbsent, assertHolds, createRecord } from '../context/record-assertions.ts'

const rounds = 60

/** What `delete` does, alone and against other writers. */
export const deleteCases: readonly RunnableCase[] = [
  defineCase({
    id: 'delete/removes',
    title: 'delete removes the record for every handle',
    clause: 'S4',
    async run(context) {
      const [store, other] = [await context.open(), await context.open()]
      const { key } = await createRecord(context, store)
      await other.read(key)
      await store.delete(key)
      await assertAbsent(store, key, 'after delete')
      await assertAbsent(other, key, 'after another handle deleted')
      assert.notEqual(await context.peek(key), true, 'there is a row after delete')
    },
  }),
  defineCase({
    id: 'delete/missing-is-no-error',
    title: 'delete of a missing, deleted or expired record resolves',
    clause: 'S4',
    async run(context) {
      const store = await context.open()
      await store.delete(context.key())
      const { key } = await createRecord(context, store)
      await store.delete(key)
      await store.delete(key)
      const expired = await createRecord(context, store, { ttl: context.step })
      await context.advance(context.step)
      await store.delete(expired.key)
    },
  }),
  defineCase({
    id: 'delete/only-that-key',
    title: 'delete changes no other record',
    clause: 'S4',
    async run(context) {
      const store = await context.open()
      const { key } = await createRecord(context, store)
      const kept = [await createRecord(context, store), await createRecord(context, store)]
      const alike = {
        key: key.slice(0, -1) + (key.endsWith('0') ? '1' : '0'),
        session: context.session(),
      }
      await store.create(alike.key, alike.session)
      await store.delete(key)
      await store.delete(context.key())
      for (const record of [...kept, alike]) await assertHolds(store, record)
    },
  }),
  defineCase({
    id: 'delete/against-update-ends-deleted',
    title: 'no update brings back a record that is deleted at the same time',
    clause: 'S4',
    async run(context) {
      const handles = await context.openMany(4)
      const [deleter, ...writers] = handles
      assert.ok(deleter)
      for (let round = 0; round < rounds; round += 1) {
        const { key } = await createRecord(context, deleter)
        const versions: string[] = []
        const writing = writers.map((writer) => async () => {
          versions.push(...(await updateAsLongAsItIsThere(context, writer, key)))
        })
        await context.race([() => deleter.delete(key), ...writing])
        for (const handle of handles) await assertAbsent(handle, key, 'after delete and update')
        for (const version of versions.slice(-3)) {
          const answer = await deleter.update(key, version, context.session())
          assert.equal(answer, false, 'update after delete')
        }
      }
    },
  }),
  defineCase({
    id: 'delete/against-create',
    title: 'a simultaneous create and delete leave what one after the other would leave',
    clause: 'S4',
    async run(context) {
      const handles = await context.openMany(3)
      const [deleter, creator, reader] = handles
      assert.ok(deleter && creator && reader)
      for (let round = 0; round < rounds; round += 1) {
        const { key } = await createRecord(context, deleter)
        const session = context.session()
        const [, created] = await context.race<unknown>([
          () => deleter.delete(key),
          () => creator.create(key, session),
        ])
        // A create that resolved true came after the delete, so its record must still be there.
        if (created === true) await assertHolds(reader, { key, session })
        else await assertAbsent(reader, key, 'after a create that resolved false, and a delete')
      }
    },
  }),
]

async function updateAsLongAsItIsThere(
  context: CaseContext,
  store: Store,
  key: string,
): Promise<string[]> {
  const versions: string[] = []
  for (let writes = 0; writes < 4; writes += 1) {
    const current = await store.read(key)
    if (!current) break
    versions.push(current.version)
    await context.random.pause()
    await store.update(key, current.version, context.session())
  }
  return versions
}
