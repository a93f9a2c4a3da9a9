import {
  checkOptionNames,
  checkStoreArguments,
  type SessionToStore,
  type Store,
  type StoredSession,
  type UserIndex,
} from '@mako-session/core'
import { checkRedisClient, type RedisClient } from './redis-client.ts'
import { listedScript, listScript, updateScript } from './scripts.ts'

/** Options of {@link RedisStore}. */
export interface RedisStoreOptions {
  /**
   * The beginning of the names of all keys. Nothing else may use keys that begin with it.
   * @default 'mako:session:'
   */
  readonly prefix?: string
}

const versionLength = 22

/**
 * Keeps each session in one string of Redis: the version, a line feed, the payload. The string has a ttl,
 * so Redis removes it by itself.
 *
 * A call is one command and one round trip. The sessions of a user are listed in a sorted set. A write of
 * a session that belongs to a user also updates the list: one more command in the same round trip, or on a
 * Cluster one more round trip.
 */
export class RedisStore implements Store, UserIndex {
  readonly #redis: RedisClient
  readonly #prefix: string

  /**
   * `redis` is a `Redis` or a `Cluster` of ioredis, which the store never closes.
   *
   * @throws {TypeError} when `redis` is something else, or a `Cluster` that reads from replicas, and for
   * an option that is misspelt or of the wrong type.
   */
  constructor(redis: RedisClient, options: RedisStoreOptions = {}) {
    checkRedisClient(redis)
    checkOptionNames('RedisStore', options, ['prefix'])
    const { prefix = 'mako:session:' } = options
    if (typeof prefix !== 'string') {
      throw new TypeError("prefix must be a string, such as 'mako:session:'")
    }
    this.#redis = redis
    this.#prefix = prefix
  }

  async read(key: string): Promise<StoredSession | undefined> {
    checkStoreArguments({ key })
    const record = await this.#redis.get(this.#prefix + key)
    if (record?.[versionLength] !== '\n') return undefined
    return { version: record.slice(0, versionLength), payload: record.slice(versionLength + 1) }
  }

  async create(key: string, session: SessionToStore): Promise<boolean> {
    checkStoreArguments({ key, session })
    return this.#listed(key, session, async () => {
      const { ttl } = session
      return (
        (await this.#redis.set(this.#prefix + key, recordOf(session), 'EX', ttl, 'NX')) === 'OK'
      )
    })
  }

  async update(key: string, expectedVersion: string, session: SessionToStore): Promise<boolean> {
    checkStoreArguments({ key, expectedVersion, session })
    return this.#listed(key, session, async () => {
      const values = [expectedVersion, recordOf(session), session.ttl]
      const reply = await this.#redis.eval(updateScript, 1, this.#prefix + key, ...values)
      // A client with the option stringNumbers resolves '1' and not 1.
      return Number(reply) === 1
    })
  }

  async delete(key: string): Promise<void> {
    checkStoreArguments({ key })
    await this.#redis.del(this.#prefix + key)
  }

  /** Resolves 0: Redis removes sessions that are over by itself. */
  async gc(): Promise<number> {
    return 0
  }

  async findByUser(userKey: string): Promise<readonly string[]> {
    checkStoreArguments({ userKey })
    return (await this.#redis.eval(listedScript, 1, this.#listOf(userKey))) as string[]
  }

  /** Writes a session. If it belongs to a user, it is in the list of that user before it is written. */
  async #listed(
    key: string,
    { userKey, ttl }: SessionToStore,
    write: () => Promise<boolean>,
  ): Promise<boolean> {
    if (userKey === undefined) return write()
    const listed = this.#redis.eval(listScript, 1, this.#listOf(userKey), key, ttl)
    // One server runs the commands of a connection in the order in which they were sent. The servers of a
    // Cluster do not wait for each other.
    if (this.#redis.isCluster) await listed
    const [written] = await Promise.all([write(), listed])
    return written
  }

  #listOf(userKey: string): string {
    return `${this.#prefix}user:${userKey}`
  }
}

function recordOf({ version, payload }: SessionToStore): string {
  return `${version}\n${payload}`
}
