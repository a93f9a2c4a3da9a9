/** The commands that the store sends. A `Redis` and a `Cluster` of ioredis have them. */
export interface RedisClient {
  /** True for a `Cluster`, where the keys of one call may be on different servers. */
  readonly isCluster: boolean
  /** The client's options; the option `scaleReads` of a `Cluster` says which servers it reads from. */
  readonly options: object
  get(key: string): Promise<string | null>
  set(key: string, value: string, ex: 'EX', seconds: number, nx: 'NX'): Promise<'OK' | null>
  eval(script: string, keys: number, key: string, ...args: (string | number)[]): Promise<unknown>
  del(key: string): Promise<unknown>
}

/** @throws {TypeError} where `redis` is no client of ioredis, or a `Cluster` that reads from replicas. */
export function checkRedisClient(redis: RedisClient): void {
  for (const command of ['get', 'set', 'eval', 'del'] as const) {
    if (typeof redis?.[command] !== 'function') {
      throw new TypeError('redis must be a client of ioredis: a Redis or a Cluster')
    }
  }
  const { scaleReads = 'master' } = redis.options as { scaleReads?: unknown }
  if (scaleReads !== 'master') {
    throw new TypeError(
      'The Cluster reads from replicas, which may not have the latest write: ' +
        "leave its option scaleReads at 'master'",
    )
  }
}
