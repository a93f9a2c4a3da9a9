import { expectNothingShown, secretRequest } from '@mako-session/store-promises/secret-request'
import type { RowDataPacket } from 'mysql2/promise'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openedPool, type StartedDatabase, startDatabase, untilRow } from './started-database.ts'

const table = 'test.mako_sessions'

describe('The error of a request shows no value of its session when the database', () => {
  let database: StartedDatabase
  beforeAll(async () => {
    database = await startDatabase(['--max-allowed-packet=1M'])
  })
  afterAll(() => database?.stop())
  beforeEach(async () => {
    await database.admin.query(`DROP TABLE IF EXISTS ${table}`)
    await openedPool(database.server).store.createTable()
  })

  /** Requests that change a session and that begin one, and what an administrator does before they store it. */
  async function wordsAfter(act: string) {
    const { store } = openedPool(database.server)
    const requests = [
      await secretRequest(store, { hasUser: true }),
      await secretRequest(store, { hasUser: true, isNew: true }),
    ]
    await database.admin.query(act)
    const words: string[] = []
    for (const request of requests) words.push(await expectNothingShown(request))
    return words
  }

  it.each([
    ['has no table', `DROP TABLE ${table}`, /Table .* doesn't exist/],
    [
      'has a column that is too small',
      `ALTER TABLE ${table} DROP payload, ADD payload VARBINARY(90) NOT NULL`,
      /Data too long for column 'payload'/,
    ],
    [
      'has a column of another type, and quotes what was sent',
      `ALTER TABLE ${table} DROP payload, ADD payload INT NOT NULL`,
      /Incorrect integer value: '\[the rest/,
    ],
    ['is read_only', 'SET GLOBAL read_only = 1', /read-only/],
  ])('%s', async (_, act, words) => {
    try {
      for (const found of await wordsAfter(act)) expect(found).toMatch(words)
    } finally {
      await database.admin.query('SET GLOBAL read_only = 0')
    }
  })

  it('refuses the row in a trigger, and quotes it', async () => {
    for (const when of ['INSERT', 'UPDATE']) {
      await database.admin.query(
        `CREATE TRIGGER test.refuse_${when} BEFORE ${when} ON ${table} FOR EACH ROW
          BEGIN
            DECLARE words TEXT DEFAULT CONCAT('refused: ', SUBSTR(NEW.payload, -110));
            IF NEW.user_key IS NOT NULL THEN
              SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = words;
            END IF;
          END`,
      )
    }
    for (const found of await wordsAfter('SELECT 1')) {
      expect(found).toMatch(/failed: refused: .*it quotes the session/)
    }
  })

  it('takes no statement that large', async () => {
    const { store } = openedPool(database.server)
    const request = await secretRequest(store, { size: 100_000, maxPayloadBytes: 2 ** 23 })
    expect(await expectNothingShown(request)).toMatch(
      /max_allowed_packet|Connection lost|closed|ECONNRESET|EPIPE/,
    )
  })

  it('kills the connection in the middle of a statement', async () => {
    const { store } = openedPool(database.server, undefined, { connectionLimit: 1 })
    const request = await secretRequest(store)
    const admin = await database.admin.getConnection()
    await admin.query(`LOCK TABLES ${table} WRITE`)
    const waiting = `SELECT id FROM information_schema.processlist
      WHERE user = 'application' AND info LIKE 'UPDATE%'`
    const killed = async () => {
      await untilRow(database.admin, waiting)
      const [[row]] = await database.admin.query<RowDataPacket[]>(waiting)
      await database.admin.query(`KILL ${row?.id}`)
    }
    const [words] = await Promise.all([expectNothingShown(request), killed()])
    await admin.query('UNLOCK TABLES')
    admin.release()
    expect(words).toMatch(/Connection lost|closed|ECONNRESET|EPIPE|killed|interrupted/)
  })
})
