import { setTimeout as pause } from 'node:timers/promises'
import { SessionManager } from '@mako-session/core'
import { newKey, newSession, newUserKey } from '@mako-session/store-promises/new-session'
import type { RowDataPacket } from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import {
  expectWholePool,
  openedPool,
  poolSize,
  type StartedDatabase,
  startDatabase,
  stored,
  ttl,
} from './started-database.ts'

const lost = /Connection lost|closed|ECONNRESET|EPIPE/
/** Makes the server drop a connection when it has been idle for a second. */
const dropsWhenIdle = 'SET wait_timeout = 1'

describe('DatabaseStore, when the connections', () => {
  let database: StartedDatabase
  beforeAll(async () => {
    database = await startDatabase(['--max-allowed-packet=1M', '--wait-timeout=28800'])
  })
  afterAll(() => database?.stop())

  it.each([
    "sql_mode = ''",
    "sql_mode = 'ANSI'",
    "sql_mode = 'ORACLE'",
    "sql_mode = 'TRADITIONAL'",
    "sql_mode = 'NO_UNSIGNED_SUBTRACTION,PAD_CHAR_TO_FULL_LENGTH,HIGH_NOT_PRECEDENCE'",
    "time_zone = '+13:00'",
    "time_zone = '-11:00'",
    'NAMES latin1',
    'sql_safe_updates = 1',
    "tx_isolation = 'SERIALIZABLE'",
    "tx_isolation = 'READ-COMMITTED'",
    "tx_isolation = 'READ-UNCOMMITTED'",
    'completion_type = CHAIN',
    'innodb_snapshot_isolation = ON',
  ])('have %s, works the same', async (setting) => {
    const { store } = openedPool(database.server, `SET ${setting}`)
    await store.createTable()
    const [key, userKey] = [newKey(), newUserKey()]
    const [first, second] = [
      newSession({ userKey, ttl }),
      newSession({ userKey, payload: 'ü🙂', ttl }),
    ]
    expect(await store.create(key, first)).toBe(true)
    expect(await store.create(key, second)).toBe(false)
    const tries = Array.from({ length: 8 }, () => store.update(key, first.version, second))
    expect((await Promise.all(tries)).filter(Boolean)).toHaveLength(1)
    // Another connection sees the same.
    const { store: other } = openedPool(database.server)
    expect(await other.read(key)).toEqual({ version: second.version, payload: second.payload })
    expect(await other.findByUser(userKey)).toEqual([key])
    const over = newKey()
    await store.create(over, newSession({ ttl: 1 }))
    await database.admin.query(
      'UPDATE mako_sessions SET expires_at = expires_at - 1000 WHERE session_key = UNHEX(?)',
      [over],
    )
    expect(await store.read(over)).toBeUndefined()
    expect(await store.gc()).toBe(1)
    await store.delete(key)
    expect(await other.read(key)).toBeUndefined()
  })

  it('are in a time zone whose clocks go back, ends sessions at the right time', async () => {
    const autumn = 1_761_440_400
    // A time zone like that of Central Europe: its clocks go back an hour at that moment.
    for (const statement of [
      'INSERT INTO time_zone (Time_zone_id) VALUES (1)',
      "INSERT INTO time_zone_name VALUES ('Autumn', 1)",
      "INSERT INTO time_zone_transition_type VALUES (1, 0, 7200, 1, 'CEST'), (1, 1, 3600, 0, 'CET')",
      `INSERT INTO time_zone_transition VALUES (1, 0, 0), (1, ${autumn}, 1)`,
    ]) {
      await database.admin.query(statement.replace('INTO ', 'INTO mysql.'))
    }
    const options = { connectionLimit: 1 }
    const { store, pool } = openedPool(database.server, "SET time_zone = 'Autumn'", options)
    const at = (seconds: number) => pool.query('SET timestamp = ?', [autumn + seconds])
    const wall = async (seconds: number) => {
      await at(seconds)
      const [[row]] = await pool.query<RowDataPacket[]>('SELECT CAST(NOW() AS CHAR) AS wall')
      return row?.wall
    }
    expect(await wall(-1_800)).toBe(await wall(1_800))
    await at(-1_800)
    const [key, session] = [newKey(), newSession({ ttl: 3_000 })]
    await store.create(key, session)
    await at(1_199)
    expect(await store.read(key)).toMatchObject({ version: session.version })
    expect(await store.gc()).toBe(0)
    await at(1_201)
    expect(await store.read(key)).toBeUndefined()
    expect(await store.gc()).toBe(1)
  })

  it('take no statement that large, rejects the write and keeps the old session', async () => {
    const { store, pool } = openedPool(database.server)
    const { key, session } = await stored(store)
    const large = newSession({ payload: 'x'.repeat(2 ** 21) })
    const tooLarge = new RegExp(`max_allowed_packet|${lost.source}`)
    for (let round = 0; round < 2 * poolSize; round += 1) {
      await expect(store.update(key, session.version, large)).rejects.toThrow(tooLarge)
      await expect(store.create(newKey(), large)).rejects.toThrow(tooLarge)
    }
    // mysql2 may use the connection once more before it notices that the server has closed it.
    const first = await store.read(key).catch(String)
    if (typeof first === 'string') expect(first).toMatch(lost)
    expect(await store.read(key)).toMatchObject({ version: session.version })
    expect(await store.update(key, session.version, newSession())).toBe(true)
    await expectWholePool(pool)
  })

  it('are all held by others, rejects after the time limit, stores all or nothing, and works again', async () => {
    const { store, pool } = openedPool(database.server)
    const waitingFor = (storeTimeout: number) =>
      new SessionManager({
        store,
        secrets: 'a secret for tests, of 32 characters and more',
        cookie: { secure: false },
        storeTimeout,
        gcInterval: false,
      })
    const [patient, impatient] = [waitingFor(600), waitingFor(1)]
    const session = await patient.load(undefined)
    session.put('name', 'Jane')
    const cookie = (await patient.commit(session))?.split(';')[0]
    const known = await patient.load(cookie)
    const held = await Promise.all(Array.from({ length: poolSize }, () => pool.getConnection()))
    known.put('name', 'June')
    known.put('city', 'Rome')
    const timeout = expect.objectContaining({ code: 'ERR_SESSION_STORE_TIMEOUT' })
    // No connection is given back before both have been rejected.
    await Promise.all([
      expect(impatient.commit(known)).rejects.toEqual(timeout),
      expect(impatient.load(cookie)).rejects.toEqual(timeout),
    ])
    for (const connection of held) connection.release()
    await expectWholePool(pool)
    const found = (await patient.load(cookie)).getData()
    expect([{ name: 'Jane' }, { name: 'June', city: 'Rome' }]).toContainEqual(found)
  })
})

describe('DatabaseStore, when the server', () => {
  async function started(args: readonly string[] = []) {
    const database = await startDatabase(args)
    onTestFinished(() => database.stop())
    return database
  }

  it('drops idle connections, takes new ones', async () => {
    const { server } = await started()
    const { store, pool } = openedPool(server)
    const drops: Promise<unknown>[] = []
    pool.on('connection', (connection) => {
      drops.push(new Promise((resolve) => connection.once('error', resolve)))
    })
    const { key, session } = await stored(store)
    const connections = await Promise.all(
      Array.from({ length: poolSize }, () => pool.getConnection()),
    )
    for (const connection of connections) {
      await connection.query(dropsWhenIdle)
      connection.release()
    }
    expect(drops).toHaveLength(poolSize)
    await Promise.all(drops)
    expect(await store.read(key)).toMatchObject({ version: session.version })
    await expectWholePool(pool)
  })

  it('drops a connection just when a statement is sent, answers correctly or rejects', async () => {
    const { server } = await started()
    const { key, session } = await stored(openedPool(server).store)
    const race = async () => {
      const { store, pool } = openedPool(server, undefined, { connectionLimit: 1 })
      await store.read(key)
      await pool.query(dropsWhenIdle)
      // About the moment of the drop. The expectations hold whether the drop or the call comes first.
      await pause(970 + Math.random() * 60)
      let rejections = 0
      // Only the first connection of the pool is dropped, so at most one call is rejected.
      for (let call = 0; call < 3; call += 1) {
        const answer = await store.read(key).catch(String)
        if (typeof answer === 'string') {
          expect(answer).toMatch(lost)
          rejections += 1
        } else expect(answer).toMatchObject({ version: session.version })
      }
      expect(rejections).toBeLessThanOrEqual(1)
    }
    await Promise.all(Array.from({ length: 60 }, race))
  })

  it('is read_only, rejects writes and still reads', async () => {
    const { server, admin } = await started()
    const { store, pool } = openedPool(server)
    const { key, session } = await stored(store)
    await admin.query('SET GLOBAL read_only = 1')
    for (let round = 0; round < 2 * poolSize; round += 1) {
      await expect(store.update(key, session.version, newSession())).rejects.toThrow(/read-only/)
      await expect(store.create(newKey(), newSession())).rejects.toThrow(/read-only/)
      await expect(store.delete(key)).rejects.toThrow(/read-only/)
      expect(await store.read(key)).toMatchObject({ version: session.version })
    }
    await expectWholePool(pool)
    await admin.query('SET GLOBAL read_only = 0')
    expect(await store.update(key, session.version, newSession())).toBe(true)
  })

  it('is killed and started again, has all acknowledged writes, and answers through the same pool', async () => {
    const { server } = await started()
    const { store, pool } = openedPool(server)
    const records = await Promise.all(Array.from({ length: 50 }, () => stored(store)))
    let isUp = true
    let acknowledged = 0
    const write = async ({ key, session }: (typeof records)[number]) => {
      const versions = [session.version]
      while (isUp) {
        const next = newSession({ ttl })
        versions.unshift(next.version)
        const [, known = ''] = versions
        const written = await store.update(key, known, next).catch(String)
        if (typeof written === 'string') return { key, versions: versions.slice(0, 2) }
        expect(written).toBe(true)
        acknowledged += 1
      }
      return { key, versions: versions.slice(0, 1) }
    }
    const writing = Promise.all(records.map(write))
    while (acknowledged < 500) await pause(1)
    await server.kill()
    isUp = false
    const written = await writing
    for (const call of [() => store.read(newKey()), () => store.delete(newKey())]) {
      await expect(call()).rejects.toThrow(/ECONNREFUSED/)
    }
    await server.start()
    // The last write was not acknowledged: the record may have it, or the write before.
    for (const { key, versions } of written) {
      expect(versions).toContain((await store.read(key))?.version)
    }
    await expectWholePool(pool)
  })
})
