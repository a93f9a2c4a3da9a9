/** The commands that the store sends. A `Redis` and a `Cluster` of ioredis have them. */
export interface RedisClient {
  /** Whether keys of one call may lie on different servers. */
  readonly isCluster: boolean
  /** A `Cluster` tells here where it reads. */
  readonly options: object
  get(key: string): Promise<string | null>
  set(key: string, value: string, ex: 'EX', seconds: number, nx: 'NX'): Promise<'OK' | null>
  eval(script: string, keys: number, key: string, ...args: (string | number)[]): Promise<unknown>
  del(key: string): Promise<unknown>
}

/** @throws {TypeError} where it is no client of ioredis, or one that may read what is out of date. */
export function checkRedisClient(redis: RedisClient): void {
  for (const command of ['get', 'set', 'eval', 'del'] as const) {
    if (typeof redis?.[command] !== 'function') {
      throw new TypeError('redis must be a client of ioredis: a Redis or a Cluster')
    }
  }
  const { scaleReads = 'master' } = redis.options as { scaleReads?: unknown }
  if (scaleReads !== 'master') {
    throw new TypeError(
      'The Cluster reads from replicas, which may not have what was just written: ' +
        "leave its option scaleReads at 'master'",
    )
  }
}
