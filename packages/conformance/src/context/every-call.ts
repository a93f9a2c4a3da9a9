import assert from 'node:assert/strict'
import type { Store, UserIndex } from '@mako-session/core'
import type { CaseContext } from './case-context.ts'
import { assertAbsent, assertHolds, createRecord } from './record-assertions.ts'

/** A call whose only right answer is known. */
export interface KnownCall {
  readonly name: string
  call(): Promise<unknown>
  /** Asserts that the answer is right, and that the store then holds what it should. */
  assertRight(answer: unknown): Promise<void>
}

/** One call of each method but `gc`, each with records of its own. */
export async function everyCall(
  context: CaseContext,
  store: Store & UserIndex,
): Promise<KnownCall[]> {
  return [
    await readCall(context, store),
    createCall(context, store),
    await updateCall(context, store),
    await deleteCall(context, store),
    ...(context.subject.userIndex ? [await findCall(context, store)] : []),
  ]
}

/** A `read` of a live record. */
export async function readCall(context: CaseContext, store: Store & UserIndex): Promise<KnownCall> {
  const { key, session } = await createRecord(context, store)
  const { version, payload } = session
  return {
    name: 'read',
    call: () => store.read(key),
    async assertRight(answer) {
      assert.deepEqual(answer, { version, payload }, 'read of a live record')
    },
  }
}

/** A `findByUser` of a user with a live session. */
export async function findCall(context: CaseContext, store: Store & UserIndex): Promise<KnownCall> {
  const userKey = context.random.hex(64)
  const { key } = await createRecord(context, store, { userKey })
  return {
    name: 'findByUser',
    call: () => store.findByUser(userKey),
    async assertRight(answer) {
      assert.deepEqual(answer, [key], 'findByUser of a user with one session')
    },
  }
}

/**
 * A `gc` that has a record to remove. An empty list where the backend has already removed the record, or
 * where there is no `peek` to tell. Lets time pass.
 */
export async function gcCalls(
  context: CaseContext,
  store: Store & UserIndex,
): Promise<KnownCall[]> {
  const { key } = await createRecord(context, store, { ttl: context.step })
  await context.advance(context.step)
  if ((await context.peek(key)) !== true) return []
  const gc: KnownCall = {
    name: 'gc',
    call: () => store.gc(),
    async assertRight() {
      assert.equal(await context.peek(key), false, 'peek after gc')
    },
  }
  return [gc]
}

function createCall(context: CaseContext, store: Store & UserIndex): KnownCall {
  const record = { key: context.key(), session: context.session() }
  return {
    name: 'create',
    call: () => store.create(record.key, record.session),
    // A client that got no reply may send the command again, and its second try then resolves false. So
    // either boolean is right. The core recognises its own write by the version.
    async assertRight(answer) {
      assert.equal(typeof answer, 'boolean', 'what create resolved')
      await assertHolds(store, record)
    },
  }
}

async function updateCall(context: CaseContext, store: Store & UserIndex): Promise<KnownCall> {
  const { key, session } = await createRecord(context, store)
  const next = context.session()
  return {
    name: 'update',
    call: () => store.update(key, session.version, next),
    async assertRight(answer) {
      assert.equal(typeof answer, 'boolean', 'what update resolved')
      await assertHolds(store, { key, session: next })
    },
  }
}

async function deleteCall(context: CaseContext, store: Store & UserIndex): Promise<KnownCall> {
  const { key } = await createRecord(context, store)
  return {
    name: 'delete',
    call: () => store.delete(key),
    assertRight: () => assertAbsent(store, key, 'after delete'),
  }
}
