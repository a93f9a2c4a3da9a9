import { Cluster, Redis } from 'ioredis'
import oldest from 'ioredis-oldest'

/** Which server, and how to sign in. */
export interface RedisConnection {
  readonly url: string
  readonly driver?: 'newest' | 'oldest'
  readonly isCluster?: boolean
  /** What the client is told besides. */
  readonly options?: Readonly<Record<string, number | boolean>>
  readonly username?: string
  readonly password?: string
  /** A port of 127.0.0.1 to reach the server by. */
  readonly detour?: number
}

// What cannot be sent is rejected soon, and not after the ten seconds that it takes by default.
const impatient = {
  maxRetriesPerRequest: 2,
  retryStrategy: (tries: number) => Math.min(50 * tries, 500),
}

/** A client as an application makes it. */
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
  // Without a listener, ioredis prints each connection that failed.
  return redis.on('error', () => {})
}
