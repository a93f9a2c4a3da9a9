import { newKey, newSession } from '@mako-session/store-promises/new-session'
import { startMariaDb, type TestServer } from '@mako-session/test-servers'
import { createPool, type Pool, type PoolOptions, type RowDataPacket } from 'mysql2/promise'
import { expect, onTestFinished } from 'vitest'
import { createTableStatement, DatabaseStore, mysql } from '../src/index.ts'

/** How many connections a pool of {@link openedPool} may have. */
export const poolSize = 4

/** A ttl that is longer than a test takes on the slowest machine. */
export const ttl = 86_400

/** A server with the table of sessions, and a user `application` who has rights on that database only. */
export interface StartedDatabase {
  readonly server: TestServer
  readonly admin: Pool
  stop(): Promise<void>
}

export async function startDatabase(args: readonly string[] = []): Promise<StartedDatabase> {
  const server = await startMariaDb(args)
  const admin = createPool(server.url)
  await admin.query('CREATE USER application')
  await admin.query('GRANT ALL ON test.* TO application')
  await admin.query(createTableStatement())
  const stop = async () => {
    await admin.end()
    await server.stop()
  }
  return { server, admin, stop }
}

/** A store over a pool whose connections run the statement `begin` first. The pool ends with the test. */
export function openedPool(server: TestServer, begin?: string, options: PoolOptions = {}) {
  const pool = createPool({
    ...{ host: '127.0.0.1', port: server.port, user: 'application', database: 'test' },
    // A slow machine may take long to accept a connection.
    ...{ connectionLimit: poolSize, connectTimeout: 600_000, ...options },
  })
  if (begin) pool.on('connection', (connection) => connection.query(begin))
  onTestFinished(() => pool.end())
  return { pool, store: new DatabaseStore(mysql(pool)) }
}

/** Stores a new record. */
export async function stored(store: DatabaseStore) {
  const [key, session] = [newKey(), newSession({ ttl })]
  expect(await store.create(key, session)).toBe(true)
  return { key, session }
}

/** Resolves when the pool has all its connections free, and each of them works: none was lost to a fault. */
export async function expectWholePool(pool: Pool): Promise<void> {
  const connections = await Promise.all(
    Array.from({ length: poolSize }, () => pool.getConnection()),
  )
  await Promise.all(connections.map((connection) => connection.ping()))
  for (const connection of connections) connection.release()
}

/** Repeats a query until it finds one row. */
export async function untilRow(admin: Pool, query: string): Promise<void> {
  for (;;) {
    const [rows] = await admin.query<RowDataPacket[]>(query)
    if (rows.length === 1) return
  }
}
