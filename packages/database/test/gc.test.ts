import { setTimeout as pause } from 'node:timers/promises'
import { newSession } from '@mako-session/store-promises/new-session'
import type { RowDataPacket } from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DatabaseStore } from '../src/index.ts'
import { openedPool, type StartedDatabase, startDatabase, stored } from './started-database.ts'

const backlog = 1_000_000
const visitors = 8
const windows = 50
/** Short, so that what else this machine does slows down requests beside gc and without it alike. */
const windowMs = 250

describe('gc of a DatabaseStore with a million sessions that are over', () => {
  let database: StartedDatabase
  beforeAll(async () => {
    const args = ['--innodb-buffer-pool-size=512M', '--innodb-log-file-size=512M']
    database = await startDatabase(args)
    // Deadlines in another order than keys, as they are where keys are random.
    await database.admin.query(
      `INSERT INTO mako_sessions
       SELECT UNHEX(LPAD(HEX(seq), 32, '0')), REPEAT('v', 22), UNHEX(RPAD(HEX(seq), 64, '0')),
         REPEAT('x', 100), 1000000 + seq * 7919 % 1000003 FROM seq_1_to_${backlog}`,
    )
  }, 300_000)
  afterAll(() => database?.stop())

  it('at most doubles what the slowest request of a hundred takes', async () => {
    const { store } = openedPool(database.server, undefined, { connectionLimit: 10 })
    const tookMs = { alone: [] as number[], beside: [] as number[] }
    let phase: keyof typeof tookMs = 'alone'
    const timed: Timed = async (call) => {
      const startedIn = phase
      const startedAt = performance.now()
      await call()
      if (phase === startedIn) tookMs[phase].push(performance.now() - startedAt)
    }
    const before = await countOver()
    let removed = 0
    await whileVisited(store, timed, async () => {
      for (let count = 0; count < windows; count += 1) {
        phase = 'alone'
        await pause(windowMs)
        const controller = new AbortController()
        phase = 'beside'
        const collecting = store.gc(controller.signal)
        await pause(windowMs)
        controller.abort()
        removed += await collecting
      }
    })
    expect(removed).toBe(before - (await countOver()))
    expect(removed).toBeGreaterThan(10_000)
    expect(percentile99(tookMs.beside)).toBeLessThan(2 * percentile99(tookMs.alone))
  }, 120_000)

  it('goes on in two processes at once, and neither a request nor gc fails', async () => {
    const { store } = openedPool(database.server)
    const { store: other } = openedPool(database.server)
    const before = await countOver()
    let removed = 0
    await whileVisited(
      store,
      (call) => call(),
      async () => {
        const signal = AbortSignal.timeout(4_000)
        const [one, two] = await Promise.all([store.gc(signal), other.gc(signal)])
        removed = one + two
      },
    )
    expect(removed).toBeGreaterThan(1_000)
    expect(removed).toBe(before - (await countOver()))
  }, 60_000)

  async function countOver(): Promise<number> {
    const [[row]] = await database.admin.query<RowDataPacket[]>(
      'SELECT COUNT(*) AS count FROM mako_sessions WHERE expires_at < 3000000',
    )
    return Number(row?.count)
  }
})

type Timed = (call: () => Promise<void>) => Promise<void>

/** Has sessions read and changed without an end while `act` goes on. */
async function whileVisited(
  store: DatabaseStore,
  timed: Timed,
  act: () => Promise<void>,
): Promise<void> {
  let isOver = false
  const visit = async () => {
    const { key, session } = await stored(store)
    let { version } = session
    while (!isOver) {
      await pause(Math.random() * 10)
      await timed(async () => expect(await store.read(key)).toMatchObject({ version }))
      const next = newSession()
      await timed(async () => expect(await store.update(key, version, next)).toBe(true))
      version = next.version
    }
  }
  const acting = act().finally(() => {
    isOver = true
  })
  await Promise.all([acting, ...Array.from({ length: visitors }, visit)])
}

function percentile99(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN
}
