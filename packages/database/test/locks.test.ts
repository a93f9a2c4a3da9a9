import { createHash } from 'node:crypto'
import { newKey, newSession } from '@mako-session/store-promises/new-session'
import type { PoolConnection, RowDataPacket } from 'mysql2/promise'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import {
  expectWholePool,
  openedPool,
  poolSize,
  type StartedDatabase,
  startDatabase,
  stored,
  ttl,
  untilRow,
} from './started-database.ts'

/** Makes a connection give up after waiting for a lock for a second. */
const impatient = 'SET innodb_lock_wait_timeout = 1'

describe('DatabaseStore, when others', () => {
  let database: StartedDatabase
  beforeAll(async () => {
    database = await startDatabase(['--innodb-lock-wait-timeout=1000000'])
    await database.admin.query('CREATE TABLE ballast (number int) ENGINE=InnoDB')
  })
  beforeEach(() => database.admin.query('DELETE FROM mako_sessions'))
  afterAll(() => database?.stop())

  /** Begins a transaction on a connection of other code. It is rolled back when the test ends. */
  async function transaction(): Promise<PoolConnection> {
    const connection = await database.admin.getConnection()
    onTestFinished(async () => {
      await connection.query('ROLLBACK')
      connection.release()
    })
    await connection.query('START TRANSACTION')
    return connection
  }

  /** How many prepared statements the server has executed. Only stores send those. */
  async function executed(): Promise<number> {
    const [[row]] = await database.admin.query<RowDataPacket[]>(
      "SHOW GLOBAL STATUS LIKE 'Com_stmt_execute'",
    )
    return Number(row?.Value)
  }

  const rowOf = 'SELECT 1 FROM mako_sessions WHERE session_key = UNHEX(?) FOR UPDATE'
  const waiting =
    "SHOW GLOBAL STATUS WHERE variable_name = 'Innodb_row_lock_current_waits' AND value = 1"

  /**
   * Makes an update of the store run into this many deadlocks. Each is with a transaction that has changed
   * more rows, so the database undoes the update and not that transaction.
   */
  async function updatedThrough(deadlocks: number) {
    const { store, pool } = openedPool(database.server)
    const { key, session } = await stored(store)
    const next = newSession({ ttl })
    const before = await executed()
    let opponent = await armed()
    const update = store.update(key, session.version, next).catch((error: unknown) => error)
    for (let count = 0; count < deadlocks; count += 1) {
      // The update holds the row and waits for the index of deadlines, which the opponent has locked. The
      // opponent now asks for the row: a deadlock.
      await untilRow(database.admin, waiting)
      await opponent.query(rowOf, [key])
      const following = count + 1 < deadlocks ? await armed() : undefined
      await opponent.query('ROLLBACK')
      if (following) opponent = following
    }
    const answer = await update
    const statements = (await executed()) - before
    await expectWholePool(pool)
    return { answer, statements, found: await store.read(key), session, next }
  }

  async function armed(): Promise<PoolConnection> {
    const connection = await transaction()
    await connection.query('INSERT INTO ballast SELECT seq FROM seq_1_to_1000')
    await connection.query('SELECT expires_at FROM mako_sessions LOCK IN SHARE MODE')
    return connection
  }

  it('cause three deadlocks, tries again each time and succeeds', async () => {
    const { answer, statements, found, next } = await updatedThrough(3)
    expect(answer).toBe(true)
    expect(statements).toBe(4)
    expect(found).toMatchObject({ version: next.version })
  })

  it('cause four deadlocks, rejects and has changed nothing', async () => {
    const { answer, statements, found, session } = await updatedThrough(4)
    expect(answer).toMatchObject({ errno: 1213 })
    expect(statements).toBe(4)
    expect(found).toMatchObject({ version: session.version })
  })

  it('lock a session for too long, rejects after one try and has changed nothing', async () => {
    const { store, pool } = openedPool(database.server, impatient)
    const { key, session } = await stored(store)
    const other = await transaction()
    await other.query(rowOf, [key])
    const before = await executed()
    for (const call of [
      () => store.update(key, session.version, newSession()),
      () => store.create(key, newSession()),
      () => store.delete(key),
    ]) {
      await expect(call()).rejects.toMatchObject({ errno: 1205 })
    }
    expect((await executed()) - before).toBe(3)
    expect(await store.read(key)).toMatchObject({ version: session.version })
    await other.query('ROLLBACK')
    expect(await store.update(key, session.version, newSession())).toBe(true)
    await expectWholePool(pool)
  })

  it('change a session and do not commit, reads the old session at every isolation level', async () => {
    for (const level of ['READ-COMMITTED', 'REPEATABLE-READ', 'SERIALIZABLE']) {
      const { store } = openedPool(database.server, `SET tx_isolation = '${level}'`)
      const { key, session } = await stored(store)
      const other = await transaction()
      await other.query('DELETE FROM mako_sessions WHERE session_key = UNHEX(?)', [key])
      expect(await store.read(key)).toMatchObject({ version: session.version })
      await other.query('COMMIT')
      expect(await store.read(key)).toBeUndefined()
    }
  })

  it.each([
    [1, 1],
    [1, 30],
    [60, 30],
    [60, 500],
  ])(
    'lock all live sessions, removes %i that are over beside %i that are live',
    async (over, live) => {
      const { store } = openedPool(database.server, impatient)
      await database.admin.query(
        `INSERT INTO mako_sessions SELECT UNHEX(MD5(seq)), REPEAT('v', 22), NULL, '',
       IF(seq <= ${over}, seq, UNIX_TIMESTAMP() * 1000 + ${ttl} * 1000 + seq) FROM seq_1_to_${over + live}`,
      )
      await database.admin.query('ANALYZE TABLE mako_sessions')
      const other = await transaction()
      for (let number = over + 1; number <= over + live; number += 1) {
        await other.query(rowOf, [createHash('md5').update(String(number)).digest('hex')])
      }
      expect(await store.gc()).toBe(over)
    },
  )

  it.each([
    ['turned autocommit off', 'SET autocommit = 0'],
    ['left a transaction open', 'START TRANSACTION'],
  ])('%s for a connection of the pool, rejects writes on that connection', async (_, left) => {
    const { store, pool } = openedPool(database.server)
    const { key, session } = await stored(store)
    const connections = await Promise.all(
      Array.from({ length: poolSize }, () => pool.getConnection()),
    )
    for (const connection of connections) {
      await connection.query(left)
      connection.release()
    }
    const absent = newKey()
    for (const call of [
      () => store.create(newKey(), newSession()),
      () => store.update(key, session.version, newSession()),
      () => store.update(absent, session.version, newSession()),
      () => store.delete(absent),
    ]) {
      await expect(call()).rejects.toThrow(/not committed.*autocommit off.*within a transaction/)
    }
    const again = await Promise.all(Array.from({ length: poolSize }, () => pool.getConnection()))
    for (const connection of again) {
      await connection.query('ROLLBACK')
      await connection.query('SET autocommit = 1')
      connection.release()
    }
    expect(await store.read(key)).toMatchObject({ version: session.version })
    expect(await store.update(key, session.version, newSession())).toBe(true)
  })

  it('turned autocommit off for all connections, rejects the first call', async () => {
    const { store } = openedPool(database.server, 'SET autocommit = 0')
    await expect(store.read(newKey())).rejects.toThrow(/autocommit is off.*Leave it on/)
    await expect(store.create(newKey(), newSession())).rejects.toThrow(/autocommit is off/)
  })
})
