import { setTimeout as pause } from 'node:timers/promises'
import { newSession } from '@mako-session/store-promises/new-session'
import type { RowDataPacket } from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { DatabaseStore, type MysqlPool, mysql } from '../src/index.ts'
import { openedPool, type StartedDatabase, startDatabase, stored, ttl } from './started-database.ts'

const backlog = 1_000_000
const batch = 100
const visitors = 8

describe('gc of a DatabaseStore with a million sessions that are over', () => {
  let database: StartedDatabase
  beforeAll(async () => {
    const args = [
      '--innodb-buffer-pool-size=512M',
      '--innodb-log-file-size=512M',
      '--log-output=TABLE',
    ]
    database = await startDatabase(args)
    // The order of the deadlines is not that of the keys, as with random keys.
    await database.admin.query(
      `INSERT INTO mako_sessions
       SELECT UNHEX(LPAD(HEX(seq), 32, '0')), REPEAT('v', 22), UNHEX(RPAD(HEX(seq), 64, '0')),
         REPEAT('x', 100), 1000000 + seq * 7919 % 1000003 FROM seq_1_to_${backlog}`,
    )
  })
  afterAll(() => database?.stop())

  it('removes a hundred rows at a time, reads no others, and pauses after each batch', async () => {
    const { admin } = database
    await admin.query('SET GLOBAL long_query_time = 0')
    await admin.query('SET GLOBAL slow_query_log = 1')
    onTestFinished(() => void admin.query('SET GLOBAL slow_query_log = 0'))
    const before = await countOver()
    const { store, statements } = watchedStore()
    const controller = new AbortController()
    const collecting = store.gc(controller.signal)
    await Promise.race([until(() => statements.filter(isDelete).length > 20), collecting])
    controller.abort()
    expect(await collecting).toBe(before - (await countOver()))
    expect(await collecting).toBe(statements.filter(isDelete).length * batch)

    const [examined] = await admin.query<RowDataPacket[]>(
      `SELECT MAX(rows_examined) AS most FROM mysql.slow_log
       WHERE user_host LIKE 'application%' AND sql_text LIKE '%expires_at%'`,
    )
    expect(Number(examined[0]?.most)).toBeGreaterThanOrEqual(batch)
    expect(Number(examined[0]?.most)).toBeLessThanOrEqual(2 * batch)

    const batches = statements.filter(isFind)
    for (const [index, find] of batches.entries()) {
      const remove = statements[statements.indexOf(find) + 1]
      const next = batches[index + 1]
      if (!remove || !next) break
      const tookMs = remove.endedAt - find.startedAt
      // A slow machine can only make a pause longer. A timer may end it a moment early.
      const leastPauseMs = Math.min(5 * tookMs, 500) - 2
      expect(next.startedAt - remove.endedAt).toBeGreaterThanOrEqual(leastPauseMs)
    }
  })

  it('runs in two stores at once while sessions are read and changed, and no call fails', async () => {
    const { store } = openedPool(database.server)
    const [one, two] = [watchedStore(), watchedStore()]
    const before = await countOver()
    const controller = new AbortController()
    const visits = Array.from({ length: visitors }, () => 0)
    const collecting = Promise.all([
      one.store.gc(controller.signal),
      two.store.gc(controller.signal),
    ])
    const visiting = visits.map((_, visitor) =>
      visit(store, controller.signal, () => {
        visits[visitor] = Number(visits[visitor]) + 1
      }),
    )
    const isEnough = () =>
      visits.every((count) => count > 20) &&
      [one, two].every(({ statements }) => statements.filter(isDelete).length > 10)
    try {
      await Promise.race([until(isEnough), collecting, Promise.all(visiting)])
    } finally {
      controller.abort()
    }
    await Promise.all(visiting)
    const [removedByOne, removedByTwo] = await collecting
    expect(removedByOne).toBeGreaterThan(0)
    expect(removedByTwo).toBeGreaterThan(0)
    expect(removedByOne + removedByTwo).toBe(before - (await countOver()))
  })

  /** A store, and the statements that it has executed, with the times of each. */
  function watchedStore() {
    const { pool } = openedPool(database.server)
    const statements: ExecutedStatement[] = []
    const watched: MysqlPool = {
      async execute(statement, values) {
        const { sql } = typeof statement === 'string' ? { sql: statement } : statement
        const startedAt = performance.now()
        const answer = await pool.execute(sql, values)
        statements.push({ sql, startedAt, endedAt: performance.now() })
        return answer
      },
    }
    return { store: new DatabaseStore(mysql(watched)), statements }
  }

  async function countOver(): Promise<number> {
    const [[row]] = await database.admin.query<RowDataPacket[]>(
      'SELECT COUNT(*) AS count FROM mako_sessions WHERE expires_at < 3000000',
    )
    return Number(row?.count)
  }
})

interface ExecutedStatement {
  readonly sql: string
  readonly startedAt: number
  readonly endedAt: number
}

function isFind({ sql }: ExecutedStatement): boolean {
  return /ORDER BY expires_at/.test(sql)
}

function isDelete({ sql }: ExecutedStatement): boolean {
  return sql.startsWith('DELETE')
}

/** Reads and changes one session until `signal` is aborted, and calls `onVisit` each time. */
async function visit(
  store: DatabaseStore,
  signal: AbortSignal,
  onVisit: () => void,
): Promise<void> {
  const { key, session } = await stored(store)
  let { version } = session
  while (!signal.aborted) {
    expect(await store.read(key)).toMatchObject({ version })
    const next = newSession({ ttl })
    expect(await store.update(key, version, next)).toBe(true)
    version = next.version
    onVisit()
  }
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await pause(5)
}
