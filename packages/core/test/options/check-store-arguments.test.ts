import { describe, expect, it } from 'vitest'
import {
  checkStoreArguments,
  MemoryStore,
  type SessionToStore,
  type Store,
} from '../../src/index.ts'
import { newSessions } from '../support/new-sessions.ts'
import { Visitor } from '../support/visitor.ts'

const key = '0a'.repeat(16)
const session = { version: 'v'.repeat(22), payload: '', ttl: 60 }

describe('checkStoreArguments', () => {
  it('takes what the core passes to a store', () => {
    checkStoreArguments({ key })
    checkStoreArguments({ key, session })
    checkStoreArguments({ key, expectedVersion: 'Aa0_-'.padEnd(22, 'z'), session })
    checkStoreArguments({ key, session: { ...session, userKey: 'f'.repeat(64), ttl: 315_360_000 } })
    checkStoreArguments({ userKey: '0'.repeat(64) })
    checkStoreArguments({})
  })

  const refused: readonly (readonly [object, string])[] = [
    [{ key: undefined }, 'key must be 32 lower-case hex digits'],
    [{ key: 'private' }, 'key must be 32 lower-case hex digits'],
    [{ key, expectedVersion: 'private' }, 'expectedVersion must be 22 base64url characters'],
    [{ userKey: 'private' }, 'userKey must be 64 lower-case hex digits'],
    [{ key, session: undefined }, 'session must be an object'],
    [{ key, session: null }, 'session must be an object'],
    [{ session: { ...session, version: 'private' } }, 'version must be 22 base64url characters'],
    [{ session: { ...session, userKey: 'private' } }, 'userKey must be 64 lower-case hex digits'],
    [
      { session: { ...session, ttl: Number.NaN } },
      'ttl must be a whole number of seconds from 1 to',
    ],
    [{ session: { ...session, payload: 'private\ud800' } }, 'payload must be well-formed text'],
  ]
  it.each(refused)('refuses %j, naming the argument and not its value', (given, message) => {
    const check = () => checkStoreArguments(given)
    expect(check).toThrow(TypeError)
    expect(check).toThrow(message)
    expect(check).not.toThrow('private')
  })
})

describe('A wrapper of a store that changes what the core passes', () => {
  const changes: readonly (readonly [string, Partial<SessionToStore>, string])[] = [
    ['loses the ttl', { ttl: Number.NaN }, 'ttl'],
    ['cuts the payload in the middle of a character', { payload: '\ud83d' }, 'payload'],
    ['makes versions of its own', { version: '1' }, 'version'],
    ['stores the name of the user', { userKey: 'ann' }, 'userKey'],
  ]
  it.each(changes)('gets a 503 when it %s, and stores nothing', async (_, parts, name) => {
    const memory = new MemoryStore()
    const wrapper: Store = {
      read: (it) => memory.read(it),
      create: (it, given) => memory.create(it, { ...given, ...parts }),
      update: (it, version, given) => memory.update(it, version, { ...given, ...parts }),
      delete: (it) => memory.delete(it),
      gc: (signal) => memory.gc(signal),
    }
    const visitor = new Visitor(newSessions({ store: wrapper }))
    const request = visitor.request((it) => it.put('a', 1))
    await expect(request).rejects.toMatchObject({ status: 503, code: 'ERR_SESSION_STORE' })
    await expect(request).rejects.toMatchObject({
      cause: { message: expect.stringContaining(`${name} must be`) },
    })
    expect(visitor.cookie).toBeUndefined()
  })
})
