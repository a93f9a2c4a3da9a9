import { inspect } from 'node:util'
import {
  expectNothingShown,
  type SecretRequest,
  secretRequest,
} from '@mako-session/store-promises/secret-request'
import { startRedis, type TestServer } from '@mako-session/test-servers'
import { Redis, type RedisOptions } from 'ioredis'
import { describe, expect, it, onTestFinished } from 'vitest'
import { RedisStore } from '../src/index.ts'

describe('The error of a request shows no value of its session when Redis', () => {
  it('is full', async () => {
    const { store, admin } = await started()
    const requests: SecretRequest[] = []
    for (const isNew of [true, false]) {
      for (const hasUser of [true, false]) {
        requests.push(await secretRequest(store, { isNew, hasUser }))
      }
    }
    await admin.config('SET', 'maxmemory', '1')
    for (const request of requests) expect(await expectNothingShown(request)).toMatch(/OOM/)
  })

  it('has a key of another type', async () => {
    const { store, admin } = await started()
    const request = await secretRequest(store)
    await admin.del(`mako:session:${request.key}`)
    await admin.hset(`mako:session:${request.key}`, 'name', 'value')
    expect(await expectNothingShown(request)).toMatch(/WRONGTYPE/)
  })

  it('does not know the command, and quotes it', async () => {
    const { store, admin } = await started([
      ...['--rename-command', 'SET', ''],
      ...['--rename-command', 'EVAL', 'RUN'],
    ])
    const request = await secretRequest(store, { isNew: true })
    expect(await expectNothingShown(request)).toMatch(/unknown command/)
    // Without the core, the same error has the whole payload in its words and in its arguments.
    const payload = 'what was sent'
    const record = { version: 'v'.repeat(22), payload, ttl: 60 }
    const error: Error = await store.create('0'.repeat(32), record).then(String, (it) => it)
    expect(error.message).toContain(payload)
    expect(inspect({ ...error }, { depth: null })).toContain(payload)
    expect(await admin.dbsize()).toBe(0)
  })

  it('does not allow the command, or a command of the script', async () => {
    const { admin, server } = await started()
    const allow = (...rules: string[]) => admin.call('ACL', 'SETUSER', 'one', 'on', ...rules)
    await allow('>password', '~*', '+@all')
    const store = new RedisStore(connected(server, { username: 'one', password: 'password' }))
    const [first, next] = [await secretRequest(store, { isNew: true }), await secretRequest(store)]
    await allow('-set')
    expect(await expectNothingShown(first)).toMatch(/NOPERM/)
    expect(await expectNothingShown(next)).toMatch(/can't run this command|NOPERM/)
    await allow('-eval')
    const last = await secretRequest(store, { isNew: true, hasUser: true })
    expect(await expectNothingShown(last)).toMatch(/NOPERM/)
  })

  it('became a replica', async () => {
    const { store, admin } = await started()
    const request = await secretRequest(store)
    await admin.replicaof('127.0.0.1', 1)
    expect(await expectNothingShown(request)).toMatch(/READONLY/)
  })

  it('cuts the connection in the middle of a command', async () => {
    const { admin, server } = await started()
    const redis = connected(server, { maxRetriesPerRequest: 0 })
    const request = await secretRequest(new RedisStore(redis))
    const id = await redis.client('ID')
    await admin.call('CLIENT', 'PAUSE', '86400000', 'WRITE')
    const isBlocked = new RegExp(`^id=${id} .* flags=\\w*b`, 'm')
    const killed = async () => {
      while (!isBlocked.test(String(await admin.client('LIST'))));
      await admin.call('CLIENT', 'KILL', 'ID', id)
    }
    const [words] = await Promise.all([expectNothingShown(request), killed()])
    expect(words).toMatch(/max retries/)
    await admin.call('CLIENT', 'UNPAUSE')
  })

  it('is down', async () => {
    const { server } = await started()
    const redis = connected(server, { maxRetriesPerRequest: 1, retryStrategy: () => 20 })
    const request = await secretRequest(new RedisStore(redis))
    await server.kill()
    expect(await expectNothingShown(request)).toMatch(/max retries|closed|ECONNREFUSED/)
  })
})

/** A server for this test alone, and a store whose connection is not that of the admin. */
async function started(args: readonly string[] = []) {
  const server: TestServer = await startRedis(args)
  onTestFinished(() => server.stop())
  return { server, admin: connected(server), store: new RedisStore(connected(server)) }
}

type Options = Pick<
  RedisOptions,
  'maxRetriesPerRequest' | 'retryStrategy' | 'username' | 'password'
>

function connected({ port }: TestServer, options: Options = {}): Redis {
  const redis = new Redis({ port, ...options })
  redis.on('error', () => {}) // Without a listener, ioredis prints each failed connection.
  onTestFinished(() => redis.disconnect())
  return redis
}
