import { newKey, newSession, newUserKey } from '@mako-session/store-promises/new-session'
import { startRedis, type TestServer } from '@mako-session/test-servers'
import { Cluster, Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type RedisClient, RedisStore } from '../src/index.ts'

describe('RedisStore', () => {
  let server: TestServer
  let redis: Redis
  let store: RedisStore
  beforeAll(async () => {
    server = await startRedis()
    redis = new Redis(server.url)
    store = new RedisStore(redis)
  })
  afterAll(async () => {
    redis?.disconnect()
    await server?.stop()
  })

  it('takes only a client of ioredis that reads from masters', async () => {
    const lazy = { redisOptions: { lazyConnect: true }, lazyConnect: true }
    for (const scaleReads of ['slave', 'all'] as const) {
      const cluster = new Cluster([{ port: server.port }], { ...lazy, scaleReads })
      expect(() => new RedisStore(cluster)).toThrow(/reads from replicas.*scaleReads/)
    }
    expect(() => new RedisStore(new Cluster([{ port: server.port }], lazy))).not.toThrow()
    for (const wrong of [undefined, null, {}, { get() {}, set() {}, del() {} }]) {
      expect(() => new RedisStore(wrong as unknown as RedisClient)).toThrow(TypeError)
    }
  })

  it.each<[object, string]>([
    [{ prefixx: 'a:' }, 'RedisStore has no option "prefixx". Did you mean "prefix"?'],
    [{ prefix: 5 }, "prefix must be a string, such as 'mako:session:'"],
  ])('throws at once for the options %o', (options, message) => {
    const construct = () => new RedisStore(redis, options)
    expect(construct).toThrow(TypeError)
    expect(construct).toThrow(message)
  })

  it('sends nothing before its first call', () => {
    const idle = new Redis(server.url, { lazyConnect: true })
    new RedisStore(idle)
    expect(idle.status).toBe('wait')
  })

  it('keeps a session in one string under the prefix, with its ttl', async () => {
    const key = newKey()
    const session = newSession({ ttl: 6_000 })
    const startedAt = performance.now()
    await store.create(key, session)
    const name = `mako:session:${key}`
    expect(await redis.get(name)).toBe(`${session.version}\n${session.payload}`)
    const left = await redis.pttl(name)
    const tookMs = performance.now() - startedAt
    expect(left).toBeLessThanOrEqual(6_000_000)
    // The server counts whole milliseconds.
    expect(left).toBeGreaterThanOrEqual(6_000_000 - tookMs - 1)
  })

  it('rejects where a key of another type has the name of a session, and does not change that key', async () => {
    const key = newKey()
    await redis.hset(`mako:session:${key}`, 'name', 'value')
    await expect(store.read(key)).rejects.toThrow(/^WRONGTYPE/)
    await expect(store.update(key, newSession().version, newSession())).rejects.toThrow(
      /^WRONGTYPE/,
    )
    expect(await store.create(key, newSession())).toBe(false)
    expect(await redis.hgetall(`mako:session:${key}`)).toEqual({ name: 'value' })
  })

  it.each([
    ['keyPrefix', { keyPrefix: 'app:' }],
    ['stringNumbers', { stringNumbers: true }],
    ['enableAutoPipelining', { enableAutoPipelining: true }],
    ['protocol 2', { protocol: 2 as const }],
  ])('works with a client that has the option %s', async (_, options) => {
    const client = new Redis(server.url, options)
    onTestFinished(() => client.disconnect())
    const other = new RedisStore(client)
    const [key, userKey] = [newKey(), newUserKey()]
    const [first, second] = [newSession({ userKey }), newSession({ userKey })]
    expect(await other.create(key, first)).toBe(true)
    expect(await other.create(key, second)).toBe(false)
    expect(await other.update(key, second.version, second)).toBe(false)
    expect(await other.update(key, first.version, second)).toBe(true)
    expect(await other.read(key)).toEqual({ version: second.version, payload: second.payload })
    expect(await other.findByUser(userKey)).toEqual([key])
    await other.delete(key)
    expect(await other.read(key)).toBeUndefined()
  })

  it('lists each session of a user until an hour after its end, and the list ends with the last one', async () => {
    const userKey = newUserKey()
    const list = `mako:session:user:${userKey}`
    const [short, long] = [newKey(), newKey()]
    const before = await serverTime()
    await store.create(long, newSession({ userKey, ttl: 90_000 }))
    await store.create(short, newSession({ userKey, ttl: 80_000 }))
    const after = await serverTime()
    const listedUntil = Number(await redis.zscore(list, short))
    expect(listedUntil).toBeGreaterThanOrEqual(before + 83_600)
    expect(listedUntil).toBeLessThanOrEqual(after + 83_600)
    const left = await redis.ttl(list)
    expect(left).toBeLessThanOrEqual(93_600)
    expect(left).toBeGreaterThanOrEqual(before + 93_600 - (await serverTime()) - 1)
    expect(await store.findByUser(userKey)).toEqual([short, long])
    // As if the ttl of the short one, and an hour, were over.
    await redis.zadd(list, before - 1, short)
    expect(await store.findByUser(userKey)).toEqual([long])
    await store.create(newKey(), newSession({ userKey }))
    expect(await redis.zscore(list, short)).toBeNull()
  })

  /** In whole seconds. */
  async function serverTime(): Promise<number> {
    return Number((await redis.time())[0])
  }

  it('leaves no list without a ttl where the server does not allow EXPIRE', async () => {
    await redis.call('ACL', 'SETUSER', 'few', 'on', '>password', '~*', '+@all', '-expire')
    const client = new Redis(server.url, { username: 'few', password: 'password' })
    onTestFinished(() => client.disconnect())
    const userKey = newUserKey()
    const write = new RedisStore(client).create(newKey(), newSession({ userKey }))
    await expect(write).rejects.toThrow(/NOPERM|can't run this command/)
    expect(await redis.exists(`mako:session:user:${userKey}`)).toBe(0)
  })

  it('removes nothing in gc', async () => {
    expect(await store.gc()).toBe(0)
  })
})
