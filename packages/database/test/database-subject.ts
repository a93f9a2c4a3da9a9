import { randomBytes } from 'node:crypto'
import type { Environment, Subject } from '@mako-session/conformance'
import { type TcpFaultProxy, tcpFaultProxy } from '@mako-session/conformance/faults'
import { createConnection, createPool, type Pool, type RowDataPacket } from 'mysql2/promise'
import { createTableStatement, DatabaseStore, mysql } from '../src/index.ts'
import { connect, type DatabaseConnection } from './database-connection.ts'

/** Where the stores of a case are: each namespace is a table of the area. */
export interface DatabaseArea {
  readonly connection: DatabaseConnection
  readonly area: string
}

/**
 * Opens a client for an area, and returns a function that opens stores over it. The administrator of the
 * database makes the table.
 */
export async function openClient({ connection, area }: DatabaseArea, namespace: string) {
  const table = tableOf(namespace)
  const admin = await createConnection({ uri: connection.url, database: area })
  await admin.query(createTableStatement(table))
  await admin.end()
  const pool = connect(connection, area)
  return { pool, construct: () => new DatabaseStore(mysql(pool), { table }) }
}

/** A store to be tested, over a server that is started before the first case. */
export function databaseSubject(name: string, target: () => DatabaseConnection): Subject {
  return {
    name,
    userIndex: true,
    worker: { module: new URL('./conformance-worker.ts', import.meta.url) },
    async setup() {
      const connection = target()
      const area = `mako_${randomBytes(8).toString('hex')}`
      const admin = createPool(connection.url)
      await admin.query(`CREATE DATABASE ${area}`)
      const { hostname: host, port } = new URL(connection.url)
      const proxy = await tcpFaultProxy({ host, port: Number(port) })
      const detour = proxy.port
      return environmentOf({ connection: { ...connection, detour }, area }, admin, proxy)
    },
  }
}

function environmentOf(
  { connection, area }: DatabaseArea,
  admin: Pool,
  proxy: TcpFaultProxy,
): Environment {
  const pools: Pool[] = []
  const sessions: Pick<Pool, 'query'>[] = []
  const construction = async (namespace: string) => {
    const { pool, construct } = await openClient({ connection, area }, namespace)
    pools.push(pool)
    pool.pool.on('connection', (session) => sessions.push(session.promise()))
    return construct
  }
  return {
    workerArg: JSON.stringify({ connection, area }),
    open: async (namespace = '') => (await construction(namespace))(),
    connect: construction,
    faults: proxy,
    time: {
      kind: 'shift',
      async advance(seconds) {
        const [tables] = await admin.query<RowDataPacket[]>(
          'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ?',
          [area],
        )
        for (const { name } of tables) {
          const ms = seconds * 1_000
          await admin.query(`UPDATE ${area}.${name} SET expires_at = expires_at - ?`, [ms])
        }
      },
    },
    async work() {
      const reads = await Promise.all(sessions.map(readsOf))
      return reads.reduce((sum, read) => sum + read, 0)
    },
    async peek(namespace, key) {
      const [rows] = await admin.query<RowDataPacket[]>(
        `SELECT 1 FROM ${area}.${tableOf(namespace)} WHERE session_key = UNHEX(?)`,
        [key],
      )
      return rows.length > 0
    },
    async dispose() {
      await Promise.all(pools.map((pool) => pool.end()))
      await proxy.close()
      await admin.query(`DROP DATABASE ${area}`)
      await admin.end()
    },
  }
}

/** How often the server went to a row or an index entry for a connection. */
async function readsOf(session: Pick<Pool, 'query'>): Promise<number> {
  const [counters] = await session.query<RowDataPacket[]>(
    "SHOW SESSION STATUS LIKE 'Handler_read%'",
  )
  return counters.reduce((sum, { Value }) => sum + Number(Value), 0)
}

/** A name of its own for each namespace: what a table's name may not hold becomes its code. */
function tableOf(namespace: string): string {
  return `t_${namespace.replaceAll(/[^a-z0-9]/g, (sign) => `_${sign.charCodeAt(0).toString(16)}_`)}`
}
