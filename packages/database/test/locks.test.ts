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

/** Makes a connection wait for a lock for a second, and not for days: a second that nothing else needs. */
const impatient = 'SET innodb_lock_wait_timeout = 1'

describe('DatabaseStore, when others', () => {
  let database: StartedDatabase
  beforeAll(async () => {
    database = await startDatabase(['--innodb-lock-wait-timeout=1000000'])
    await database.admin.query('CREATE TABLE ballast (number int) ENGINE=InnoDB')
  }, 300_000)
  beforeEach(() => database.admin.query('DELETE FROM mako_sessions'))
  afterAll(() => database?.stop())

  /** A connection with a transaction of somebody else, which undoes what it did when the test ends. */
  async function transaction(): Promise<PoolConnection> {
    const connection = await database.admin.getConnection()
    onTestFinished(async () => {
      await connection.query('ROLLBACK')
      connection.release()
    })
    await connection.query('START TRANSACTION')
    return connection
  }

  /** How many statements were executed as the store does it. */
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
   * Lets an update of the store run into as many deadlocks, each with a transaction that has done more,
   * so that it is the update which the database undoes.
   */
  async function updatedThrough(deadlocks: number) {
    const { store, pool } = openedPool(database.server)
    const { key, session } = await stored(store)
    const next = newSession({ ttl })
    const before = await executed()
    let opponent = await armed()
    const update = store.update(key, session.version, next).catch((error: unknown) => error)
    for (let count = 0; count < deadlocks; count += 1) {
      // The update has the row, and waits for its place in the index of deadlines, which is read there.
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

  it('are in its way three times (deadlock), tries again and does it', async () => {
    const { answer, statements, found, next } = await updatedThrough(3)
    expect(answer).toBe(true)
    expect(statements).toBe(4)
    expect(found).toMatchObject({ version: next.version })
  })

  it('are in its way four times (deadlock), rejects and has done nothing', async () => {
    const { answer, statements, found, session } = await updatedThrough(4)
    expect(answer).toMatchObject({ errno: 1213 })
    expect(statements).toBe(4)
    expect(found).toMatchObject({ version: session.version })
  })

  it('hold a session (lock wait), rejects after one try and has done nothing', async () => {
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

  it('change a session and do not commit, does not see it, however they isolate', async () => {
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
  ])('hold all live sessions, removes %i that are over beside %i', async (over, live) => {
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
  })

  it.each([
    ['turned autocommit off', 'SET autocommit = 0'],
    ['left a transaction open', 'START TRANSACTION'],
  ])(
    '%s for a connection of the pool, does not acknowledge what it writes there',
    async (_, left) => {
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
    },
  )

  it('turned autocommit off for all connections, rejects from the first call on', async () => {
    const { store } = openedPool(database.server, 'SET autocommit = 0')
    await expect(store.read(newKey())).rejects.toThrow(/autocommit is off.*Leave it on/)
    await expect(store.create(newKey(), newSession())).rejects.toThrow(/autocommit is off/)
  })
})
