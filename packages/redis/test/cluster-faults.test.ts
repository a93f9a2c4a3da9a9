import { setTimeout as pause, setImmediate } from 'node:timers/promises'
import { newKey, newSession } from '@mako-session/store-promises/new-session'
import { RedisCluster, redisCommand } from '@mako-session/test-servers'
import { Cluster, Redis } from 'ioredis'
import { describe, expect, it, onTestFinished } from 'vitest'
import { RedisStore } from '../src/index.ts'

/** Longer than a test takes on the slowest machine. */
const ttl = 86_400

describe('RedisStore on a Cluster', () => {
  it('reads and writes correctly while the slot of its keys moves to another master', async () => {
    const { cluster, client } = await started()
    // All keys have one hash tag, and so one slot.
    const store = new RedisStore(client, { prefix: '{mako}:' })
    const records = await Promise.all(Array.from({ length: 50 }, () => Chain.begin(store)))
    const slot = Number(await client.cluster('KEYSLOT', '{mako}:'))
    const moving = new AbortController()
    const writing = Promise.all(records.map((record) => record.goOn(moving.signal)))
    // Each record is changed several times while half of the keys are here and half of them there.
    const midway = async () => {
      const lengths = records.map(({ length }) => length)
      while (records.some(({ length }, index) => length < Number(lengths[index]) + 2)) {
        await Promise.race([writing, setImmediate()])
      }
    }
    try {
      for (let round = 0; round < 4; round += 1) await moveSlot(cluster, slot, midway)
    } finally {
      moving.abort()
    }
    await writing
    for (const record of records) {
      expect(await store.read(record.key)).toMatchObject({ version: record.version })
    }
  })

  it('has all writes that a replica confirmed, after the master died and the replica took its place', async () => {
    const { cluster, client } = await started({ withReplicas: true })
    const store = new RedisStore(client)
    const records = await Promise.all(Array.from({ length: 100 }, () => Chain.begin(store)))
    for (const master of client.nodes('master')) expect(await master.wait(1, 0)).toBe(1)
    await cluster.masters[0]?.server.kill()

    const reading = records.map((record) => untilRead(store, record))
    await Promise.all([cluster.failOver(0), ...reading])
    const [replica] = cluster.replicas
    const role = await redisCommand(replica?.server.port ?? 0, 'INFO', 'replication')
    expect(role).toContain('role:master')
    for (const record of records) await record.add()
  })
})

/** A record that is updated again and again, each time on the version before. */
class Chain {
  readonly key = newKey()
  version = newSession().version
  length = 0
  readonly #store: RedisStore

  private constructor(store: RedisStore) {
    this.#store = store
  }

  static async begin(store: RedisStore): Promise<Chain> {
    const chain = new Chain(store)
    expect(await store.create(chain.key, newSession({ version: chain.version, ttl }))).toBe(true)
    return chain
  }

  async add(): Promise<void> {
    const next = newSession({ ttl })
    expect(await this.#store.update(this.key, this.version, next)).toBe(true)
    this.version = next.version
    this.length += 1
    expect(await this.#store.read(this.key)).toMatchObject({ version: next.version })
  }

  async goOn(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) await this.add()
  }
}

/** Resolves when the record can be read. Until then reads may fail, but a read that resolves must be right. */
async function untilRead(store: RedisStore, { key, version }: Chain): Promise<void> {
  for (;;) {
    const found = await store.read(key).catch((error: unknown) => ({ error }))
    if (found === undefined || !('error' in found)) return expect(found).toMatchObject({ version })
    await pause(20)
  }
}

/** Moves a slot from the master that has it to the next one, key by key, with a halt `midway`. */
async function moveSlot(
  { masters }: RedisCluster,
  slot: number,
  midway: () => Promise<void>,
): Promise<void> {
  const admins = masters.map(({ server }) => new Redis(server.url))
  const counts = await Promise.all(admins.map((admin) => admin.cluster('COUNTKEYSINSLOT', slot)))
  const from = counts.findIndex((count) => Number(count) > 0)
  const to = (from + 1) % masters.length
  const [source, target] = [admins[from], admins[to]]
  const [sourceId = '', targetId = ''] = [masters[from]?.id, masters[to]?.id]
  if (!source || !target) throw new Error('No master has keys in the slot')
  await target.cluster('SETSLOT', slot, 'IMPORTING', sourceId)
  await source.cluster('SETSLOT', slot, 'MIGRATING', targetId)
  const half = Math.floor(Number(counts[from]) / 2)
  for (let moved = 0; ; moved += 1) {
    if (moved === half) await midway()
    const [key] = (await source.cluster('GETKEYSINSLOT', slot, 1)) as string[]
    if (key === undefined) break
    await source.migrate('127.0.0.1', masters[to]?.server.port ?? 0, key, 0, 600_000)
  }
  for (const admin of [target, source]) await admin.cluster('SETSLOT', slot, 'NODE', targetId)
  for (const admin of admins) admin.disconnect()
}

/** A Cluster of the test's own, and a client of it. */
async function started({ withReplicas = false } = {}) {
  const cluster = await RedisCluster.start({ withReplicas })
  // A call follows redirections, and waits out a failover, for as long as the machine takes.
  const options = { maxRedirections: 100_000 }
  const client = new Cluster(
    cluster.masters.map(({ server }) => ({ port: server.port })),
    options,
  )
  // Without a listener, ioredis prints each failed connection.
  client.on('error', () => {})
  onTestFinished(async () => {
    client.disconnect()
    await cluster.stop()
  })
  return { cluster, client }
}
