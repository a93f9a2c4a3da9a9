import { setImmediate as nextTurn } from 'node:timers/promises'
import { checkOptionNames } from './options/check-option-names.ts'
import { checkStoreArguments } from './options/check-store-arguments.ts'
import { checkWholeNumber } from './options/check-whole-number.ts'
import type { SessionToStore, Store, StoredSession, UserIndex } from './store.ts'

/** Options of {@link MemoryStore}. */
export interface MemoryStoreOptions {
  /**
   * The most sessions that are held at once. When the store is full, it removes sessions that are
   * over. If there are none, `create` rejects. It never removes a live session.
   * @default 100_000
   */
  readonly maxSessions?: number
  /**
   * The current time in milliseconds, for tests.
   * @default () => Date.now()
   */
  readonly clock?: () => number
}

interface MemoryRecord extends StoredSession {
  readonly deadline: number
  readonly userKey: string | undefined
}

const gcBatch = 1_000

/**
 * Keeps sessions in the memory of this process: for tests, and for a single process whose sessions
 * may end with it.
 */
export class MemoryStore implements Store, UserIndex {
  readonly #records = new Map<string, MemoryRecord>()
  readonly #keysOfUser = new Map<string, Set<string>>()
  readonly #maxSessions: number
  readonly #clock: () => number

  /**
   * @throws {RangeError} when `maxSessions` is not a positive whole number.
   * @throws {TypeError} for an option that is misspelt.
   */
  constructor(options: MemoryStoreOptions = {}) {
    checkOptionNames('MemoryStore', options, ['maxSessions', 'clock'])
    const { maxSessions = 100_000, clock = () => Date.now() } = options
    checkWholeNumber('maxSessions', maxSessions, 1)
    this.#maxSessions = maxSessions
    this.#clock = clock
  }

  async read(key: string): Promise<StoredSession | undefined> {
    checkStoreArguments({ key })
    const record = this.#live(key)
    return record && { version: record.version, payload: record.payload }
  }

  async create(key: string, session: SessionToStore): Promise<boolean> {
    checkStoreArguments({ key, session })
    if (this.#live(key)) return false
    if (this.#records.size >= this.#maxSessions) this.#makeRoom()
    this.#set(key, session)
    return true
  }

  async update(key: string, expectedVersion: string, session: SessionToStore): Promise<boolean> {
    checkStoreArguments({ key, expectedVersion, session })
    if (this.#live(key)?.version !== expectedVersion) return false
    this.#set(key, session)
    return true
  }

  async delete(key: string): Promise<void> {
    checkStoreArguments({ key })
    this.#remove(key)
  }

  async gc(signal?: AbortSignal): Promise<number> {
    let removed = 0
    let visited = 0
    for (const key of this.#records.keys()) {
      if (signal?.aborted) break
      if (this.#removeIfOver(key)) removed += 1
      visited += 1
      if (visited % gcBatch === 0) await nextTurn()
    }
    return removed
  }

  async findByUser(userKey: string): Promise<readonly string[]> {
    checkStoreArguments({ userKey })
    return [...(this.#keysOfUser.get(userKey) ?? [])]
  }

  #live(key: string): MemoryRecord | undefined {
    const record = this.#records.get(key)
    return record && this.#clock() < record.deadline ? record : undefined
  }

  #set(key: string, { version, payload, ttl, userKey }: SessionToStore): void {
    this.#remove(key)
    this.#records.set(key, { version, payload, deadline: this.#clock() + ttl * 1_000, userKey })
    if (userKey === undefined) return
    const keys = this.#keysOfUser.get(userKey)
    if (keys) keys.add(key)
    else this.#keysOfUser.set(userKey, new Set([key]))
  }

  #remove(key: string): void {
    const userKey = this.#records.get(key)?.userKey
    this.#records.delete(key)
    if (userKey === undefined) return
    const keys = this.#keysOfUser.get(userKey)
    keys?.delete(key)
    if (keys?.size === 0) this.#keysOfUser.delete(userKey)
  }

  #removeIfOver(key: string): boolean {
    const over = this.#records.has(key) && !this.#live(key)
    if (over) this.#remove(key)
    return over
  }

  #makeRoom(): void {
    for (const key of this.#records.keys()) this.#removeIfOver(key)
    if (this.#records.size < this.#maxSessions) return
    throw new Error(
      `MemoryStore is full: it holds ${this.#maxSessions} live sessions. Raise maxSessions or use a store with a backend.`,
    )
  }
}
