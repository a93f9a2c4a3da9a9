import { Cluster, Redis } from 'ioredis'
import oldest from 'ioredis-oldest'

/** Which server, and how to sign in. */
export interface RedisConnection {
  readonly url: string
  readonly driver?: 'newest' | 'oldest'
  readonly isCluster?: boolean
  readonly username?: string
  readonly password?: string
}

/** A client as an application makes it. */
export function connect(connection: RedisConnection): Redis | Cluster {
  const { url, driver = 'newest', isCluster = false, username = '', password = '' } = connection
  const { hostname, port } = new URL(url)
  if (isCluster) {
    return new Cluster([{ host: hostname, port: Number(port) }])
  }
  if (driver === 'oldest')
    return new oldest.default(url, { username, password }) as unknown as Redis
  return new Redis(url, { username, password })
}
