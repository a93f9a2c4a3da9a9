import { Cluster, Redis } from 'ioredis'
import oldest from 'ioredis-oldest'

/** Which server, and how to sign in. */
export interface RedisConnection {
  readonly url: string
  readonly driver?: 'newest' | 'oldest'
  readonly isCluster?: boolean
  readonly username?: string
  readonly password?: string
  /** Where servers are reached instead: port of 127.0.0.1 to port of 127.0.0.1. */
  readonly detours?: Readonly<Record<number, number>>
}

// What cannot be sent is rejected soon, and not after the ten seconds that it takes by default.
const impatient = {
  maxRetriesPerRequest: 2,
  retryStrategy: (tries: number) => Math.min(50 * tries, 500),
}

/** A client as an application makes it; one of a Cluster rejects commands until it is ready. */
export function connect(connection: RedisConnection): Redis | Cluster {
  const { url, driver = 'newest', isCluster = false, detours = {} } = connection
  const { username = '', password = '' } = connection
  const { hostname: host, port } = new URL(url)
  const server = { host, port: detours[Number(port)] ?? Number(port) }
  const options = { ...impatient, ...server, username, password }
  const redis = isCluster
    ? new Cluster([server], { natMap: natMapOf(detours), enableOfflineQueue: false })
    : driver === 'oldest'
      ? (new oldest.default(options) as unknown as Redis)
      : new Redis(options)
  // Without a listener, ioredis prints each connection that failed.
  return redis.on('error', () => {})
}

function natMapOf(detours: Readonly<Record<number, number>>) {
  const host = '127.0.0.1'
  return Object.fromEntries(
    Object.entries(detours).map(([from, port]) => [`${host}:${from}`, { host, port }]),
  )
}
