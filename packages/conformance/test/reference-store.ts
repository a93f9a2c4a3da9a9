import type { SessionToStore, Store, StoredSession, UserIndex } from '@mako-session/core'
import { SeededRandom } from '../src/seeded-random.ts'
import { type VirtualClock, virtualClock } from '../src/virtual-clock.ts'

/** A row of the backend. */
export interface Row extends StoredSession {
  readonly namespace: string
  readonly key: string
  readonly deadline: number
  readonly userKey: string | undefined
  /** Something that is no record lies there. */
  readonly foreign?: boolean
}

/** What the handles of one area share: rows, a clock, and answers that take a while. */
export class ReferenceBackend {
  readonly time: VirtualClock = virtualClock()
  readonly random: SeededRandom
  rows: Map<string, Row> = new Map()

  constructor(seed: number) {
    this.random = new SeededRandom(seed, 'backend')
  }
}

/** What a mutant can have wrong inside of the reference store. */
export interface Rules {
  id(namespace: string, key: string): string
  owns(namespace: string, row: Row): boolean
  isLive(row: Row, now: number, backend: ReferenceBackend): boolean
  isOver(row: Row, now: number): boolean
  /** The deadline of a write; `old` is the row that an update replaces. */
  deadline(now: number, ttl: number, old: Row | undefined): number
  accepts(row: Row, expectedVersion: string): boolean
  keep(payload: string): string
  readonly actsAtOnce: boolean
  readonly gcLooksAgain: boolean
  readonly gcBatches: number
}

const correct: Rules = {
  id: (namespace, key) => `${namespace}/${key}`,
  owns: (namespace, row) => row.namespace === namespace,
  isLive: ({ foreign, deadline }, now) => !foreign && now < deadline,
  isOver: ({ deadline }, now) => now >= deadline,
  deadline: (now, ttl) => now + ttl * 1_000,
  accepts: ({ version }, expected) => version === expected,
  keep: (payload) => payload,
  actsAtOnce: true,
  gcLooksAgain: true,
  gcBatches: Infinity,
}

/** A store that is right, but for the rules that it is told to break. */
export class ReferenceStore implements Store, UserIndex {
  readonly #backend: ReferenceBackend
  readonly #namespace: string
  readonly #rules: Rules

  constructor(backend: ReferenceBackend, namespace: string, rules: Partial<Rules> = {}) {
    this.#backend = backend
    this.#namespace = namespace
    this.#rules = { ...correct, ...rules }
  }

  async read(key: string): Promise<StoredSession | undefined> {
    await this.#travel()
    const row = this.#live(key)
    await this.#travel()
    return row && { version: row.version, payload: row.payload }
  }

  async create(key: string, session: SessionToStore): Promise<boolean> {
    await this.#travel()
    if (this.#live(key)) return false
    if (!this.#rules.actsAtOnce) await this.#travel()
    this.#put(key, session, undefined)
    await this.#travel()
    return true
  }

  async update(key: string, expectedVersion: string, session: SessionToStore): Promise<boolean> {
    await this.#travel()
    const row = this.#live(key)
    if (!row || !this.#rules.accepts(row, expectedVersion)) return false
    if (!this.#rules.actsAtOnce) await this.#travel()
    this.#put(key, session, row)
    await this.#travel()
    return true
  }

  async delete(key: string): Promise<void> {
    await this.#travel()
    this.#backend.rows.delete(this.id(key))
    await this.#travel()
  }

  async gc(signal?: AbortSignal): Promise<number> {
    await this.#travel()
    const over = this.rows().filter((row) => this.#rules.isOver(row, this.#backend.time.now()))
    let removed = 0
    for (let batch = 0; batch < this.#rules.gcBatches && over.length > 0; batch += 1) {
      if (signal?.aborted) break
      await this.#travel()
      for (const row of over.splice(0, 500)) removed += this.#collect(row)
    }
    return removed
  }

  async findByUser(userKey: string): Promise<readonly string[]> {
    await this.#travel()
    return this.rows()
      .filter((row) => row.userKey === userKey)
      .map(({ key }) => key)
  }

  /** The name of the row of a key. */
  id(key: string): string {
    return this.#rules.id(this.#namespace, key)
  }

  /** All rows of the namespace. */
  rows(): Row[] {
    return [...this.#backend.rows.values()].filter((row) => this.#rules.owns(this.#namespace, row))
  }

  #travel(): Promise<void> {
    return this.#backend.random.pause()
  }

  #live(key: string): Row | undefined {
    const row = this.#backend.rows.get(this.id(key))
    const now = this.#backend.time.now()
    return row && this.#rules.isLive(row, now, this.#backend) ? row : undefined
  }

  #put(
    key: string,
    { version, payload, ttl, userKey }: SessionToStore,
    old: Row | undefined,
  ): void {
    const deadline = this.#rules.deadline(this.#backend.time.now(), ttl, old)
    const kept = this.#rules.keep(payload)
    const row = { namespace: this.#namespace, key, version, payload: kept, deadline, userKey }
    this.#backend.rows.set(this.id(key), row)
  }

  #collect(row: Row): number {
    const id = this.#rules.id(row.namespace, row.key)
    if (this.#rules.gcLooksAgain && this.#backend.rows.get(id) !== row) return 0
    return this.#backend.rows.delete(id) ? 1 : 0
  }
}
