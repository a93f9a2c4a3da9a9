import { randomBytes } from 'node:crypto'
import type { Environment, Subject } from '@mako-session/conformance'
import { Redis } from 'ioredis'
import { RedisStore } from '../src/index.ts'
import { connect, type RedisConnection } from './redis-connection.ts'

/** What the store is run against: how it connects, and every server that has keys. */
export interface RedisTarget {
  readonly connection: RedisConnection
  readonly adminUrls: readonly string[]
}

/** Where the stores of a case are: the connection, and what their prefixes begin with. */
export interface RedisArea {
  readonly connection: RedisConnection
  readonly area: string
}

/** Opens a store of an area. */
export function openNamespace({ connection, area }: RedisArea, namespace: string) {
  const redis = connect(connection)
  return { redis, store: new RedisStore(redis, { prefix: prefixOf(area, namespace) }) }
}

/** A store to be tested, over servers that are started before the first case. */
export function redisSubject(name: string, target: () => RedisTarget): Subject {
  return {
    name,
    userIndex: true,
    worker: { module: new URL('./conformance-worker.ts', import.meta.url) },
    async setup() {
      const { connection, adminUrls } = target()
      return environmentOf(
        connection,
        adminUrls.map((url) => new Redis(url)),
      )
    },
  }
}

function environmentOf(connection: RedisConnection, admins: readonly Redis[]): Environment {
  const area = `mako:session:${randomBytes(8).toString('hex')}:`
  const clients: { disconnect(): void }[] = [...admins]
  const all = <Answer>(ask: (admin: Redis) => Promise<Answer>) => Promise.all(admins.map(ask))
  return {
    workerArg: JSON.stringify({ connection, area }),
    async open(namespace = '') {
      const { redis, store } = openNamespace({ connection, area }, namespace)
      clients.push(redis)
      return store
    },
    time: {
      kind: 'shift',
      async advance(seconds) {
        await all((admin) => admin.eval(shiftScript, 0, area, seconds))
      },
    },
    async peek(namespace, key) {
      const names = await all((admin) => admin.keys(prefixOf(area, namespace) + key))
      return names.flat().length > 0
    },
    async plant(namespace, key) {
      const client = connect(connection)
      await client.set(prefixOf(area, namespace) + key, 'something that is not a session')
      client.disconnect()
    },
    async dispose() {
      await all((admin) => admin.eval(removeScript, 0, area))
      for (const client of clients) client.disconnect()
    },
  }
}

function prefixOf(area: string, namespace: string): string {
  return `${area}${namespace}:`
}

/** Moves all deadlines of an area back, also those within a user's list. */
const shiftScript = `
for _, key in ipairs(redis.call('KEYS', ARGV[1] .. '*')) do
  if redis.call('TYPE', key).ok == 'zset' then
    for _, member in ipairs(redis.call('ZRANGE', key, 0, -1)) do
      redis.call('ZINCRBY', key, -ARGV[2], member)
    end
  end
  local left = redis.call('PTTL', key)
  if left > ARGV[2] * 1000 then
    redis.call('PEXPIRE', key, left - ARGV[2] * 1000)
  elseif left >= 0 then
    redis.call('DEL', key)
  end
end`

const removeScript = `
for _, key in ipairs(redis.call('KEYS', ARGV[1] .. '*')) do redis.call('DEL', key) end`
