import { once } from 'node:events'
import type { Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { newKey, newSession, newUserKey } from '@mako-session/store-promises/new-session'
import { startRedis, type TestServer } from '@mako-session/test-servers'
import { Redis, type RedisOptions } from 'ioredis'
import { describe, expect, it, onTestFinished } from 'vitest'
import { RedisStore } from '../src/index.ts'

/** Longer than a server takes to start again on the slowest machine. */
const ttl = 86_400

describe('RedisStore, when the server', () => {
  it('is full: rejects writes, still reads and deletes, and leaves no key without a ttl', async () => {
    const { store, admin } = await started(['--maxmemory', '3mb'])
    const kept = await stored(store)
    const payload = 'x'.repeat(50_000)
    const fill = async () => {
      for (;;) await store.create(newKey(), newSession({ payload, ttl }))
    }
    await expect(fill()).rejects.toThrow(/^OOM/)
    const userKey = newUserKey()
    await expect(store.create(newKey(), newSession({ userKey }))).rejects.toThrow(/^OOM/)
    await expect(store.update(kept.key, kept.session.version, newSession())).rejects.toThrow(/OOM/)
    expect(await store.read(kept.key)).toMatchObject({ payload: kept.session.payload })
    for (const name of await admin.keys('*')) expect(await admin.ttl(name)).toBeGreaterThan(0)
    for (const name of await admin.keys('*')) {
      const [key] = /[0-9a-f]{32}$/.exec(name.replace(/[0-9a-f]{64}$/, '')) ?? []
      if (key !== undefined) await store.delete(key)
    }
    expect(await store.read(kept.key)).toBeUndefined()
    expect(await store.create(kept.key, kept.session)).toBe(true)
  })

  it('forgets its scripts: works as before', async () => {
    const { store, admin } = await started()
    const { key, session } = await stored(store)
    await admin.script('FLUSH')
    const userKey = newUserKey()
    const next = newSession({ userKey, ttl })
    expect(await store.update(key, session.version, next)).toBe(true)
    await admin.script('FLUSH')
    expect(await store.findByUser(userKey)).toEqual([key])
    expect(await store.read(key)).toMatchObject({ version: next.version })
  })

  it('is killed and started again: has every write that it had acknowledged', async () => {
    // Calls wait for the server for as long as it takes to start.
    const { store, server } = await started(['--appendonly', 'yes', '--appendfsync', 'always'], {
      maxRetriesPerRequest: null,
    })
    const kept = await Promise.all(Array.from({ length: 200 }, () => stored(store)))
    await server.kill()
    const waiting = Promise.all(kept.map(({ key }) => store.read(key)))
    await server.start()
    expect((await waiting).map((found) => found?.version)).toEqual(versionsOf(kept))
    for (const { key, session } of kept) {
      expect(await store.update(key, session.version, newSession())).toBe(true)
    }
  })

  it('stays down: rejects each call', async () => {
    const { store, server } = await started([], {
      maxRetriesPerRequest: 1,
      retryStrategy: () => 20,
    })
    const { key, session } = await stored(store)
    await server.kill()
    for (const call of [
      () => store.read(key),
      () => store.create(newKey(), newSession()),
      () => store.update(key, session.version, newSession()),
      () => store.delete(key),
      () => store.findByUser(newUserKey()),
    ]) {
      await expect(call()).rejects.toThrow(/max retries|Connection is closed|ECONNREFUSED/)
    }
  })

  it('became a replica: rejects writes and still reads', async () => {
    const { store, admin } = await started()
    const { key, session } = await stored(store)
    await admin.replicaof('127.0.0.1', 1)
    await expect(store.update(key, session.version, newSession())).rejects.toThrow(/READONLY/)
    await expect(store.create(newKey(), newSession())).rejects.toThrow(/READONLY/)
    await expect(store.delete(key)).rejects.toThrow(/READONLY/)
    expect(await store.read(key)).toMatchObject({ version: session.version })
    await admin.replicaof('NO', 'ONE')
    expect(await store.update(key, session.version, newSession())).toBe(true)
  })

  it('has another password now: rejects, with an error that does not show the password', async () => {
    const { store, admin, redis } = await started([], {}, 'application')
    const { key, session } = await stored(store)
    await admin.call('ACL', 'SETUSER', 'application', 'resetpass', '>another')
    // A command that was sent before the close would be sent again only when a connection is accepted.
    const closed = once(redis, 'close')
    await admin.call('CLIENT', 'KILL', 'USER', 'application')
    await closed
    const error = await store.read(key).catch(String)
    expect(error).toMatch(/NOAUTH|WRONGPASS/)
    expect(error).not.toContain('password-of-application')
    await expect(store.update(key, session.version, newSession())).rejects.toThrow(
      /NOAUTH|WRONGPASS/,
    )
  })

  it('is suspended: answers all calls when it is resumed', async () => {
    const { store, server, redis } = await started()
    const known = await severalStored(store)
    server.suspend()
    const calls = changesAndReads(store, known)
    while ((redis as unknown as { stream: Socket }).stream.writableLength > 0) await setImmediate()
    await calls.expectAnswers(() => server.resume())
  })

  it('pauses writes: answers all calls when the pause ends', async () => {
    const { store, admin, redis } = await started()
    const known = await severalStored(store)
    const id = await redis.client('ID')
    // A pause of all commands could not be ended: the server would not look at CLIENT UNPAUSE either.
    await admin.call('CLIENT', 'PAUSE', '86400000', 'WRITE')
    const calls = changesAndReads(store, known)
    const isBlocked = new RegExp(`^id=${id} .* flags=\\w*b`, 'm')
    while (!isBlocked.test(String(await admin.client('LIST'))));
    await calls.expectAnswers(() => admin.call('CLIENT', 'UNPAUSE'))
  })
})

/** Changes and reads records. The first command is a write, so a server that takes none answers nothing. */
function changesAndReads(store: RedisStore, records: readonly Stored[]) {
  const asked = records.map((record) => ({ ...record, next: newSession({ ttl }) }))
  let answered = 0
  const calls = asked.flatMap(({ key, session, next }) => [
    store.update(key, session.version, next),
    store.read(key).then((found) => found?.version),
  ])
  for (const call of calls) {
    void call.then(() => {
      answered += 1
    })
  }
  return {
    /** Expects no answer before the server goes on, and afterwards the right ones. */
    async expectAnswers(goOn: () => unknown) {
      expect(answered).toBe(0)
      await goOn()
      expect(await Promise.all(calls)).toEqual(asked.flatMap(({ next }) => [true, next.version]))
    },
  }
}

interface Stored {
  readonly key: string
  readonly session: ReturnType<typeof newSession>
}

async function stored(store: RedisStore): Promise<Stored> {
  const [key, session] = [newKey(), newSession({ ttl })]
  expect(await store.create(key, session)).toBe(true)
  return { key, session }
}

function severalStored(store: RedisStore): Promise<Stored[]> {
  return Promise.all(Array.from({ length: 50 }, () => stored(store)))
}

function versionsOf(records: readonly Stored[]): string[] {
  return records.map(({ session }) => session.version)
}

/** A server for this test alone, and a store whose connection is not that of the admin. */
async function started(
  args: readonly string[] = [],
  options: Pick<RedisOptions, 'maxRetriesPerRequest' | 'retryStrategy'> = {},
  username = '',
) {
  const server: TestServer = await startRedis(args)
  const admin = new Redis(server.url)
  const password = username && `password-of-${username}`
  if (username) await admin.call('ACL', 'SETUSER', username, 'on', `>${password}`, '~*', '+@all')
  const redis = new Redis({ ...options, port: server.port, username, password })
  // Without a listener, ioredis prints each failed connection.
  for (const client of [admin, redis]) client.on('error', () => {})
  onTestFinished(async () => {
    admin.disconnect()
    redis.disconnect()
    await server.stop()
  })
  return { server, admin, redis, store: new RedisStore(redis) }
}
