import { type PreparedRequest, preparedRequests } from '@mako-session/store-promises/requests'
import { startMariaDb, type TestServer } from '@mako-session/test-servers'
import { createPool, type Pool, type RowDataPacket } from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DatabaseStore, mysql } from '../src/index.ts'

describe('A request, as the database sees it,', () => {
  let server: TestServer
  let admin: Pool
  let pool: Pool
  let requests: Awaited<ReturnType<typeof preparedRequests>>

  beforeAll(async () => {
    server = await startMariaDb(['--log-output=TABLE'])
    admin = createPool(server.url)
    await admin.query('CREATE USER application')
    await admin.query('GRANT ALL ON test.* TO application')
    // One connection, so that each statement is prepared once.
    pool = createPool({ uri: server.url.replace('root@', 'application@'), connectionLimit: 1 })
    const store = new DatabaseStore(mysql(pool))
    await store.createTable()
    await admin.query('SET GLOBAL general_log = 1')
    requests = await preparedRequests(store)
  })
  afterAll(async () => {
    await pool?.end()
    await admin?.end()
    await server?.stop()
  })

  it('is no statement without a cookie or with a forged one', async () => {
    expect(await statementsOf(requests.withoutCookie)).toEqual([])
    expect(await statementsOf(requests.forged)).toEqual([])
  })

  it('prepares each statement once, and checks the table once', async () => {
    const before = await logged()
    expect(before.filter(({ type }) => type === 'Prepare')).toHaveLength(2)
    expect(before.filter(({ text }) => text.includes('information_schema'))).toHaveLength(2)
    expect(new Set(before.map(({ type }) => type))).toEqual(new Set(['Prepare', 'Execute']))
    const first = await statementsOf(requests.reading)
    expect(first).toEqual(['Prepare SELECT', 'Execute SELECT'])
  })

  it('is one statement when it reads, two when it changes something, and three when it logs out', async () => {
    await requests.changing()
    expect(await statementsOf(requests.reading)).toEqual(['Execute SELECT'])
    expect(await statementsOf(requests.changing)).toEqual(['Execute SELECT', 'Execute UPDATE'])
    expect(await statementsOf(requests.changingOfUser)).toEqual([
      'Execute SELECT',
      'Execute UPDATE',
    ])
    expect(await statementsOf(requests.ending)).toEqual([
      'Execute SELECT',
      'Execute UPDATE',
      'Prepare DELETE',
      'Execute DELETE',
    ])
  })

  async function statementsOf(request: PreparedRequest): Promise<string[]> {
    const before = await logged()
    await request()
    const rows = (await logged()).slice(before.length)
    return rows.map(({ type, text }) => `${type} ${text.split(/\s/)[0]}`)
  }

  /** Everything that the application's user has sent so far. */
  async function logged(): Promise<{ type: string; text: string }[]> {
    const [rows] = await admin.query<RowDataPacket[]>(
      `SELECT command_type AS type, CONVERT(argument USING utf8mb4) AS text
       FROM mysql.general_log WHERE user_host LIKE 'application%' ORDER BY event_time`,
    )
    return rows.map(({ type, text }) => ({ type, text }))
  }
})
