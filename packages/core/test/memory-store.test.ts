import cluster from 'node:cluster'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { MemoryStore } from '../src/index.ts'
import { TestClock } from './support/test-clock.ts'

// The conformance suite tests what every store must do. These tests are about this store alone.
describe('MemoryStore', () => {
  const keyOf = (n: number) => String(n).padStart(32, '0')
  const session = { version: 'v'.repeat(22), payload: '', ttl: 60 }

  it('refuses a new session when it is full of live ones, and drops none', async () => {
    const store = new MemoryStore({ maxSessions: 3 })
    for (const n of [1, 2, 3]) expect(await store.create(keyOf(n), session)).toBe(true)
    await expect(store.create(keyOf(4), session)).rejects.toThrow('it holds 3 live sessions')
    expect(await store.create(keyOf(3), session)).toBe(false)
    expect(await store.update(keyOf(2), session.version, session)).toBe(true)
    for (const n of [1, 2, 3]) expect(await store.read(keyOf(n))).toBeDefined()
    await store.delete(keyOf(1))
    expect(await store.create(keyOf(4), session)).toBe(true)
  })

  it('removes expired sessions to make room', async () => {
    const time = new TestClock()
    const store = new MemoryStore({ maxSessions: 2, clock: time.clock })
    await store.create(keyOf(1), session)
    time.advance(30)
    await store.create(keyOf(2), session)
    time.advance(30)
    expect(await store.create(keyOf(3), session)).toBe(true)
    expect(await store.read(keyOf(2))).toBeDefined()
    await expect(store.create(keyOf(4), session)).rejects.toThrow('full')
  })

  it.each([0, -1, 1.5, Number.NaN])('throws at once for maxSessions %d', (maxSessions) => {
    expect(() => new MemoryStore({ maxSessions })).toThrow(RangeError)
  })

  /** A full store of so many sessions that live for an hour, and how many records it has looked at since then. */
  async function fullStore(size: number) {
    const time = new TestClock()
    let looks = 0
    const clock = () => {
      looks += 1
      return time.clock()
    }
    const store = new MemoryStore({ maxSessions: size, clock })
    for (let n = 0; n < size; n += 1) await store.create(keyOf(n), { ...session, ttl: 3_600 })
    looks = 0
    const isRefused = (n: number) =>
      store.create(keyOf(n), session).then(
        () => false,
        () => true,
      )
    return { store, time, isRefused, looks: () => looks }
  }

  it('looks at as many records for each session that it refuses, however many it holds', async () => {
    const counts: number[] = []
    for (const size of [200, 5_000]) {
      const { isRefused, looks } = await fullStore(size)
      for (let n = 0; n < 10; n += 1) expect(await isRefused(size + n)).toBe(true)
      counts.push(looks())
    }
    expect(counts).toEqual([1_000, 1_000])
  })

  it('finds room again when sessions end, wherever they are among the others', async () => {
    const { store, time, isRefused } = await fullStore(1_000)
    await store.delete(keyOf(500))
    await store.create(keyOf(1_000), { ...session, ttl: 60 })
    // Live sessions that are written again come after it.
    for (const n of [1, 2, 3])
      await store.update(keyOf(n), session.version, { ...session, ttl: 3_600 })
    expect(await isRefused(2_000)).toBe(true)
    time.advance(60)
    let refused = 0
    while (refused < 100 && (await isRefused(2_000))) refused += 1
    expect(refused).toBeLessThan(10)
    expect(await store.read(keyOf(1_000))).toBe(undefined)
    expect(await isRefused(2_001)).toBe(true)
  })

  it('finds all the room at once by gc, which ends though refused sessions go on coming', async () => {
    const { store, time, isRefused } = await fullStore(3_000)
    for (let n = 0; n < 10; n += 1) await store.delete(keyOf(n))
    for (let n = 3_000; n < 3_010; n += 1) await store.create(keyOf(n), { ...session, ttl: 7_200 })
    let removed: number | undefined
    const gc = store.gc().then((count) => {
      removed = count
    })
    for (let n = 4_000; removed === undefined && n < 9_000; n += 1) {
      expect(await isRefused(n)).toBe(true)
      if (n % 20 === 0) await new Promise(setImmediate)
    }
    expect(removed).toBe(0)
    await gc
    time.advance(3_600)
    expect(await store.gc()).toBe(2_990)
    expect(await isRefused(3_999)).toBe(false)
  })

  it('warns once when it is full, and says what to do', async () => {
    const warned = vi.spyOn(process, 'emitWarning')
    onTestFinished(() => warned.mockRestore())
    const { isRefused } = await fullStore(3)
    for (const n of [10, 11, 12]) expect(await isRefused(n)).toBe(true)
    expect(warned.mock.calls).toEqual([
      [
        expect.stringContaining('holds 3 live sessions. Raise maxSessions or use a store'),
        { type: 'MakoSessionWarning', code: 'MAKO_SESSION_MEMORY_FULL' },
      ],
    ])
  })

  it('warns once in each worker of a cluster, whose other workers do not have its sessions', async () => {
    const exec = fileURLToPath(new URL('./support/cluster-worker.ts', import.meta.url))
    cluster.setupPrimary({ exec, execArgv: [] })
    const warnings = await Promise.all(
      [cluster.fork(), cluster.fork()].map(async (worker) => {
        const ended = once(worker, 'exit').then(([code]) => [`the worker ended with ${code}`])
        const [sent] = await Promise.race([once(worker, 'message'), ended])
        return sent
      }),
    )
    const aWarning = [
      expect.stringMatching(/^MAKO_SESSION_MEMORY_CLUSTER: .* Use a store that they share/),
    ]
    expect(warnings).toEqual([aWarning, aWarning])
  })

  it.each([
    ['warns in the second process that pm2 starts', '1', 1],
    ['does not warn in the only process that pm2 starts', '0', 0],
    ['does not warn in a process of its own', undefined, 0],
  ])('%s', async (_, instance, count) => {
    vi.resetModules()
    vi.stubEnv('NODE_APP_INSTANCE', instance)
    const warned = vi.spyOn(process, 'emitWarning')
    onTestFinished(() => {
      warned.mockRestore()
      vi.unstubAllEnvs()
    })
    const { MemoryStore: InNewProcess } = await import('../src/index.ts')
    for (const n of [1, 2]) await new InNewProcess().create(keyOf(n), session)
    expect(warned).toHaveBeenCalledTimes(count)
  })
})
