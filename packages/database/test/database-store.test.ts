import { readFileSync } from 'node:fs'
import { newKey, newSession, newUserKey } from '@mako-session/store-promises/new-session'
import { startMariaDb, type TestServer } from '@mako-session/test-servers'
import { createPool as createCallbackPool } from 'mysql2'
import { createPool, type Pool, type PoolOptions, type RowDataPacket } from 'mysql2/promise'
import * as oldest from 'mysql2-oldest/promise'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { createTableStatement, DatabaseStore, type MysqlPool, mysql } from '../src/index.ts'

describe('DatabaseStore', () => {
  let server: TestServer
  let admin: Pool
  let tables = 0
  beforeAll(async () => {
    server = await startMariaDb()
    admin = createPool(server.url)
  })
  afterAll(async () => {
    await admin?.end()
    await server?.stop()
  })

  /** Makes a table for one test, by the statement that `alter` returns, and returns its name. */
  async function tableMade(alter = (statement: string) => statement): Promise<string> {
    tables += 1
    const table = `sessions_${tables}`
    await admin.query(alter(createTableStatement(table)))
    return table
  }
  const storeOf = (table: string) => new DatabaseStore(mysql(admin), { table })

  it('takes only a pool of mysql2/promise, and only a plain name as table', () => {
    const callbacks = createCallbackPool(server.url)
    onTestFinished(() => callbacks.end())
    expect(() => mysql(callbacks as unknown as MysqlPool)).toThrow(/mysql2\/promise/)
    for (const wrong of [undefined, null, {}, 'mysql://localhost']) {
      expect(() => mysql(wrong as unknown as MysqlPool)).toThrow(TypeError)
    }
    for (const table of ['', 'a b', 'a.b', 'a`b', 'é', 'x'.repeat(65), 5, null]) {
      const options = { table: table as string }
      expect(() => new DatabaseStore(mysql(admin), options)).toThrow(TypeError)
      expect(() => createTableStatement(table as string)).toThrow(
        /^table must be a name of 1 to 64/,
      )
    }
  })

  it('throws at once for a misspelt option, and for a pool that is not wrapped by mysql()', () => {
    const misspelt: object = { tabel: 'sessions' }
    const construct = () => new DatabaseStore(mysql(admin), misspelt)
    expect(construct).toThrow(TypeError)
    expect(construct).toThrow('DatabaseStore has no option "tabel". Did you mean "table"?')
    for (const wrong of [admin, undefined]) {
      const build = () => new DatabaseStore(wrong as unknown as ReturnType<typeof mysql>)
      expect(build).toThrow('database must be what mysql(pool) returns')
    }
  })

  it('does not connect before its first call', async () => {
    const pool = createPool(server.url)
    onTestFinished(() => pool.end())
    let connections = 0
    pool.on('connection', () => {
      connections += 1
    })
    const store = new DatabaseStore(mysql(pool))
    await admin.query('DO 0')
    expect(connections).toBe(0)
    await store.createTable()
    expect(connections).toBe(1)
  })

  it('keeps a session in one row, as bytes, with its deadline by the clock of the database', async () => {
    const table = await tableMade()
    const [key, userKey] = [newKey(), newUserKey()]
    const session = newSession({ userKey, payload: 'Jäne 🙂', ttl: 6_000 })
    const startedAt = performance.now()
    await storeOf(table).create(key, session)
    const [[row]] = await admin.query<RowDataPacket[]>(
      `SELECT *, expires_at - UNIX_TIMESTAMP(NOW(3)) * 1000 AS leftMs FROM ${table}`,
    )
    const tookMs = performance.now() - startedAt
    expect(row).toMatchObject({
      session_key: Buffer.from(key, 'hex'),
      version: Buffer.from(session.version),
      user_key: Buffer.from(userKey, 'hex'),
      payload: Buffer.from(session.payload),
    })
    expect(Number(row?.leftMs)).toBeLessThanOrEqual(6_000_000)
    // The database counts whole milliseconds.
    expect(Number(row?.leftMs)).toBeGreaterThanOrEqual(6_000_000 - tookMs - 1)
  })

  it('makes its table by the statement in the README, and keeps a table that exists', async () => {
    const store = new DatabaseStore(mysql(admin))
    await admin.query('DROP TABLE IF EXISTS mako_sessions')
    await store.createTable()
    const [key, session] = [newKey(), newSession()]
    await store.create(key, session)
    await store.createTable()
    expect(await store.read(key)).toMatchObject({ version: session.version })
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
    const [, statement = ''] = /```sql\n(.*?)\n```/s.exec(readme) ?? []
    expect(createTableStatement()).toBe(statement)
  })

  describe('where its table', () => {
    const calls = (store: DatabaseStore) => [
      () => store.read(newKey()),
      () => store.create(newKey(), newSession()),
      () => store.update(newKey(), newSession().version, newSession()),
      () => store.delete(newKey()),
      () => store.findByUser(newUserKey()),
      () => store.gc(),
    ]

    it.each<[string, RegExp, (statement: string) => string]>([
      ['is not there', /does not exist/, () => 'DO 0'],
      ['has another engine', /engine is MyISAM/, (sql) => sql.replace('InnoDB', 'MyISAM')],
      ['lacks a column', /no column version/, (sql) => sql.replace(/ {2}version.*\n/, '')],
      [
        'cuts payloads',
        /column payload is blob, not longblob/,
        (sql) => sql.replace('longblob', 'blob'),
      ],
      [
        'folds the case of versions',
        /column version is varchar\(22\)/,
        (sql) => sql.replace('version binary', 'version varchar'),
      ],
      [
        'has short deadlines',
        /column expires_at is int\(10\) unsigned, not bigint unsigned/,
        (sql) => sql.replace('bigint', 'int'),
      ],
      [
        'has no primary key',
        /primary key is not session_key/,
        (sql) => sql.replace(' PRIMARY KEY', ', INDEX (session_key)'),
      ],
      [
        'has a primary key of several columns',
        /primary key is not session_key/,
        (sql) => sql.replace(' PRIMARY KEY', ', PRIMARY KEY (session_key, version)'),
      ],
      [
        'has no index of users',
        /no index on user_key/,
        (sql) => sql.replace(/INDEX \(user.*,/, ''),
      ],
      [
        'allows one session for a user',
        /no index on user_key that takes a value twice/,
        (sql) => sql.replace('INDEX (user', 'UNIQUE (user'),
      ],
      [
        'has no index of deadlines',
        /no index on expires_at/,
        (sql) => sql.replace(/,\s+INDEX \(expires.*\)/, ''),
      ],
    ])('%s, rejects each call, and works when the table is made again', async (_, fault, alter) => {
      const table = await tableMade(alter)
      const store = storeOf(table)
      for (const call of calls(store)) {
        const error = await call().catch(String)
        expect(error).toMatch(`The table ${table} cannot keep sessions: `)
        expect(error).toMatch(fault)
        expect(error).toMatch(/createTable\(\)/)
      }
      await admin.query(`DROP TABLE IF EXISTS ${table}`)
      await store.createTable()
      const [key, session] = [newKey(), newSession()]
      expect(await store.create(key, session)).toBe(true)
      expect(await store.read(key)).toMatchObject({ version: session.version })
    })

    it('is in another database, rejects', async () => {
      const table = await tableMade()
      await admin.query('CREATE DATABASE other')
      const { port } = server
      const pool = createPool({ host: '127.0.0.1', port, user: 'root', database: 'other' })
      onTestFinished(() => pool.end())
      const store = new DatabaseStore(mysql(pool), { table })
      await expect(store.read(newKey())).rejects.toThrow(/does not exist/)
    })

    it('has the name of another table but for upper case, checks the right one', async () => {
      const table = await tableMade()
      await admin.query(`CREATE TABLE ${table.toUpperCase()} (session_key int) ENGINE=MyISAM`)
      expect(await storeOf(table).read(newKey())).toBeUndefined()
      await expect(storeOf(table.toUpperCase()).read(newKey())).rejects.toThrow(/MyISAM/)
    })

    it('is right, checks it once, however many calls there are', async () => {
      const asked: string[] = []
      const pool: MysqlPool = {
        execute: (statement, values) => {
          const { sql } = typeof statement === 'string' ? { sql: statement } : statement
          asked.push(sql)
          return admin.execute(sql, values)
        },
      }
      const store = new DatabaseStore(mysql(pool), { table: await tableMade() })
      const together = calls(store)
      await Promise.all(together.map((call) => call()))
      await store.read(newKey())
      expect(asked.filter((sql) => sql.includes('information_schema'))).toHaveLength(1)
      expect(asked).toHaveLength(together.length + 2)
    })
  })

  const everySign = Array.from({ length: 0x3000 }, (_, code) => String.fromCharCode(code)).join('')
  const payloads = ['', 'null', '\0\\\'"`;-- %_\r\n', everySign, '🙂'.repeat(20_000)]

  for (const [driver, create] of [
    ['newest', createPool],
    ['oldest', oldest.createPool as unknown as typeof createPool],
  ] as const) {
    it.each<[string, PoolOptions]>([
      ['namedPlaceholders', { namedPlaceholders: true }],
      ['dateStrings', { dateStrings: true }],
      ['supportBigNumbers', { supportBigNumbers: true }],
      ['bigNumberStrings', { supportBigNumbers: true, bigNumberStrings: true }],
      ['decimalNumbers', { decimalNumbers: true }],
      ['typeCast: false', { typeCast: false }],
      ['typeCast of texts', { typeCast: (field) => field.string() }],
      ['typeCast of hex', { typeCast: (field) => field.buffer()?.toString('hex') }],
      ['rowsAsArray', { rowsAsArray: true }],
      ['nestTables', { nestTables: true }],
      ['nestTables with a sign', { nestTables: '_' }],
      ['multipleStatements', { multipleStatements: true }],
      ['stringifyObjects', { stringifyObjects: true }],
      ['timezone', { timezone: '+05:30' }],
      ['charset latin1', { charset: 'LATIN1_SWEDISH_CI' }],
      ['charset gbk', { charset: 'GBK_CHINESE_CI' }],
      ['charset ascii', { charset: 'ASCII_GENERAL_CI' }],
      ['maxPreparedStatements', { maxPreparedStatements: 1 }],
      ['compress', { compress: true }],
      ['flags', { flags: ['-FOUND_ROWS', '-SESSION_TRACK'] }],
      ...(driver === 'newest'
        ? ([
            ['resetOnRelease', { resetOnRelease: true }],
            ['disableEval', { disableEval: true, nestTables: true, typeCast: false }],
          ] satisfies [string, PoolOptions][])
        : []),
    ])(`works with a pool of the ${driver} mysql2 that has the option %s`, async (_, options) => {
      const table = await tableMade()
      const { port } = server
      const pool = create({ ...options, host: '127.0.0.1', port, user: 'root', database: 'test' })
      onTestFinished(() => pool.end())
      const store = new DatabaseStore(mysql(pool), { table })
      await store.createTable()
      const [over, userKey] = [newKey(), newUserKey()]
      await store.create(over, newSession({ ttl: 1 }))
      for (const payload of payloads) {
        const key = newKey()
        const [first, second] = [newSession({ payload, userKey }), newSession({ payload, userKey })]
        expect(await store.create(key, first)).toBe(true)
        expect(await store.create(key, second)).toBe(false)
        expect(await store.read(key)).toEqual({ version: first.version, payload })
        expect(await store.update(key, second.version, second)).toBe(false)
        expect(await store.update(key, first.version, second)).toBe(true)
        expect(await store.read(key)).toEqual({ version: second.version, payload })
        expect(await store.findByUser(userKey)).toEqual([key])
        await store.delete(key)
        expect(await store.read(key)).toBeUndefined()
      }
      await admin.query(`UPDATE ${table} SET expires_at = expires_at - 1000`)
      expect(await store.gc()).toBe(1)
    })
  }
})
