import { setImmediate as nextTurn } from 'node:timers/promises'
import { checkOptionNames } from './options/check-option-names.ts'
import { checkStoreArguments } from './options/check-store-arguments.ts'
import { checkWholeNumber } from './options/check-whole-number.ts'
import type { SessionToStore, Store, StoredSession, UserIndex } from './store.ts'

/** Options of {@link MemoryStore}. */
export interface MemoryStoreOptions {
  /**
   * The most sessions that are held at once. When the store is full, each `create` looks for a session
   * that is over among the next 100, and rejects if none of them is. It never removes a live session.
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
const looksForRoom = 100

let hasLookedForOthers = false

/**
 * Keeps sessions in the memory of this process: for tests, and for a single process whose sessions
 * may end with it.
 */
export class MemoryStore implements Store, UserIndex {
  readonly #records = new Map<string, MemoryRecord>()
  readonly #keysOfUser = new Map<string, Set<string>>()
  readonly #maxSessions: number
  readonly #clock: () => number
  #hasWarnedOfFullness = false

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
    warnOfOtherProcesses()
    if (this.#records.size >= this.#maxSessions && !this.#records.has(key)) this.#makeRoom()
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
    // Not more: a record that is written or looked at meanwhile moves to the end, and would come again.
    const { size } = this.#records
    let visited = 0
    for (const [key, record] of this.#records) {
      if (visited === size || signal?.aborted) break
      if (this.#isOver(record)) {
        this.#remove(key)
        removed += 1
      }
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
    return record && !this.#isOver(record) ? record : undefined
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

  #isOver({ deadline }: MemoryRecord): boolean {
    return this.#clock() >= deadline
  }

  /**
   * Removes one record that is over. It looks at a few only: a full store must not scan all its records
   * for each visitor without a session. Most sessions end in the order of their last write, so the first
   * ones are the ones to look at.
   */
  #makeRoom(): void {
    let looks = Math.min(looksForRoom, this.#records.size)
    for (const [key, record] of this.#records) {
      if (this.#isOver(record)) {
        this.#remove(key)
        return
      }
      // To the end, so that the next call looks at others.
      this.#records.delete(key)
      this.#records.set(key, record)
      looks -= 1
      if (looks === 0) break
    }
    this.#refuse()
  }

  #refuse(): never {
    const text = `MemoryStore is full: it holds ${this.#maxSessions} live sessions. Raise maxSessions or use a store with a backend.`
    if (!this.#hasWarnedOfFullness) warn('MAKO_SESSION_MEMORY_FULL', text)
    this.#hasWarnedOfFullness = true
    throw new Error(text)
  }
}

/** Warns, once in a process, when other processes serve the same visitors. pm2 numbers its processes from 0. */
function warnOfOtherProcesses(): void {
  if (hasLookedForOthers) return
  hasLookedForOthers = true
  // Loaded here and not by every program that imports the core.
  const isWorker: unknown = Reflect.get(process.getBuiltinModule('node:cluster'), 'isWorker')
  if (isWorker !== true && !(Number(process.env.NODE_APP_INSTANCE) > 0)) return
  warn(
    'MAKO_SESSION_MEMORY_CLUSTER',
    'MemoryStore keeps sessions in one process, and this process is one of several: a request that another one answers has no session. Use a store that they share, such as FileStore of @mako-session/file or RedisStore of @mako-session/redis.',
  )
}

function warn(code: string, text: string): void {
  process.emitWarning(text, { type: 'MakoSessionWarning', code })
}
