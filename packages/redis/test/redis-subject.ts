import { randomBytes } from 'node:crypto'
import type { Environment, Subject } from '@mako-session/conformance'
import { type TcpFaultProxy, tcpFaultProxy } from '@mako-session/conformance/faults'
import { Redis } from 'ioredis'
import { RedisStore } from '../src/index.ts'
import { connect, type RedisConnection } from './redis-connection.ts'
import { RedisWork } from './redis-subject-work.ts'

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

/** Opens a client for an area, and gives what constructs stores over it. */
export function openClient({ connection, area }: RedisArea, namespace: string) {
  const redis = connect(connection)
  return { redis, construct: () => new RedisStore(redis, { prefix: prefixOf(area, namespace) }) }
}

/**
 * A store to be tested, over servers that are started before the first case. Outages of a Cluster are not
 * shown: with the natMap that a proxy takes, ioredis goes astray at the first redirection.
 */
export function redisSubject(name: string, target: () => RedisTarget): Subject {
  return {
    name,
    userIndex: true,
    worker: { module: new URL('./conformance-worker.ts', import.meta.url) },
    async setup() {
      const { connection, adminUrls } = target()
      const admins = adminUrls.map((url) => new Redis(url))
      if (connection.isCluster) return environmentOf(connection, admins)
      const { hostname: host, port } = new URL(connection.url)
      const proxy = await tcpFaultProxy({ host, port: Number(port) })
      return environmentOf({ ...connection, detour: proxy.port }, admins, proxy)
    },
  }
}

function environmentOf(
  connection: RedisConnection,
  admins: readonly Redis[],
  proxy?: TcpFaultProxy,
): Environment {
  const area = `mako:session:${randomBytes(8).toString('hex')}:`
  const clients: { disconnect(): void }[] = [...admins]
  let works: Promise<RedisWork[]> | undefined
  const all = <Answer>(ask: (admin: Redis) => Promise<Answer>) => Promise.all(admins.map(ask))
  const construction = async (namespace: string) => {
    const { redis, construct } = openClient({ connection, area }, namespace)
    clients.push(redis)
    return construct
  }
  return {
    workerArg: JSON.stringify({ connection, area }),
    open: async (namespace = '') => (await construction(namespace))(),
    connect: construction,
    ...(proxy && { faults: proxy }),
    time: {
      kind: 'shift',
      async advance(seconds) {
        await all((admin) => admin.eval(shiftScript, 0, area, seconds))
      },
    },
    async work() {
      works ??= all(async (admin) => {
        const monitor = await admin.monitor()
        clients.push(monitor)
        return new RedisWork(admin, monitor, area)
      })
      const amounts = await Promise.all((await works).map((work) => work.amount()))
      return amounts.reduce((sum, amount) => sum + amount, 0)
    },
    async peek(namespace, key) {
      const names = await all((admin) => admin.keys(prefixOf(area, namespace) + key))
      return names.flat().length > 0
    },
    async plant(namespace, key) {
      const { redis: client } = openClient({ connection, area }, namespace)
      await client.set(prefixOf(area, namespace) + key, 'something that is not a session')
      client.disconnect()
    },
    async dispose() {
      await all((admin) => admin.eval(removeScript, 0, area))
      for (const client of clients) client.disconnect()
      await proxy?.close()
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
