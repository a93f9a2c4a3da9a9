import { createPool, type Pool } from 'mysql2/promise'
import * as oldest from 'mysql2-oldest/promise'

/** Which server, and how an application connects to it. */
export interface DatabaseConnection {
  readonly url: string
  readonly driver?: 'newest' | 'oldest'
  readonly user?: string
  readonly flags?: string[]
  /** A port of 127.0.0.1 that leads to the server; without it, the pool connects directly. */
  readonly detour?: number
}

/** Makes a pool as an application does, with the database selected. */
export function connect(connection: DatabaseConnection, database: string): Pool {
  const { url, driver = 'newest', user = new URL(url).username, flags = [] } = connection
  const { hostname, port, password } = new URL(url)
  const { detour } = connection
  const options = {
    host: detour === undefined ? hostname : '127.0.0.1',
    port: detour ?? Number(port),
    user,
    password,
    database,
    flags,
    connectionLimit: 4,
  }
  return driver === 'oldest' ? (oldest.createPool(options) as unknown as Pool) : createPool(options)
}
