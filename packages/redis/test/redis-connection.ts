import { Cluster, Redis } from 'ioredis'
import oldest from 'ioredis-oldest'

/** Which server, and how to sign in. */
export interface RedisConnection {
  readonly url: string
  readonly driver?: 'newest' | 'oldest'
  readonly isCluster?: boolean
  /** Further options of the client. */
  readonly options?: Readonly<Record<string, number | boolean>>
  readonly username?: string
  readonly password?: string
  /** A port of 127.0.0.1 that leads to the server; without it, the client connects directly. */
  readonly detour?: number
}

// A command that cannot be sent is rejected after two tries to connect, and not after twenty.
const impatient = {
  maxRetriesPerRequest: 2,
  retryStrategy: (tries: number) => Math.min(50 * tries, 500),
}

/** Makes a client as an application does. */
export function connect(connection: RedisConnection): Redis | Cluster {
  const { url, driver = 'newest', isCluster = false, detour } = connection
  const { username = '', password = '' } = connection
  const { hostname, port } = new URL(url)
  const host = detour === undefined ? hostname : '127.0.0.1'
  const server = { host, port: detour ?? Number(port) }
  const options = { ...impatient, ...server, username, password, ...connection.options }
  const redis = isCluster
    ? new Cluster([server])
    : driver === 'oldest'
      ? (new oldest.default(options) as unknown as Redis)
      : new Redis(options)
  // Without a listener, ioredis prints each failed connection.
  return redis.on('error', () => {})
}
