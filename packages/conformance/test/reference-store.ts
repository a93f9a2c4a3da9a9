import {
  checkStoreArguments,
  type SessionToStore,
  type Store,
  type StoreArguments,
  type StoredSession,
  type UserIndex,
} from '@mako-session/core'
import type { ReferenceBackend, Row } from './reference-backend.ts'

/** The parts of the reference store that a mutant can replace. */
export interface Rules {
  check(given: StoreArguments): void
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
  check: checkStoreArguments,
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

/** The client by which a store reaches its backend. */
export interface ReferenceClient {
  readonly backend: ReferenceBackend
  isClosed: boolean
}

/** A correct store, except for the rules that are replaced. */
export class ReferenceStore implements Store, UserIndex {
  /** The client that the store was handed. */
  readonly client: ReferenceClient
  readonly #backend: ReferenceBackend
  readonly #namespace: string
  readonly #rules: Rules

  constructor(client: ReferenceClient, namespace: string, rules: Partial<Rules> = {}) {
    this.client = client
    this.#backend = client.backend
    this.#namespace = namespace
    this.#rules = { ...correct, ...rules }
  }

  async read(key: string): Promise<StoredSession | undefined> {
    this.#rules.check({ key })
    await this.#reach()
    const row = this.#live(key)
    await this.#backend.reply()
    return row && { version: row.version, payload: row.payload }
  }

  async create(key: string, session: SessionToStore): Promise<boolean> {
    this.#rules.check({ key, session })
    await this.#reach()
    const isFree = !this.#live(key)
    if (!this.#rules.actsAtOnce) await this.#reach()
    if (isFree) this.#put(key, session, undefined)
    await this.#backend.reply()
    return isFree
  }

  async update(key: string, expectedVersion: string, session: SessionToStore): Promise<boolean> {
    this.#rules.check({ key, expectedVersion, session })
    await this.#reach()
    const row = this.#live(key)
    const isExpected = row !== undefined && this.#rules.accepts(row, expectedVersion)
    if (!this.#rules.actsAtOnce) await this.#reach()
    if (isExpected) this.#put(key, session, row)
    await this.#backend.reply()
    return isExpected
  }

  async delete(key: string): Promise<void> {
    this.#rules.check({ key })
    await this.#reach()
    this.#remove(this.id(key))
    await this.#backend.reply()
  }

  async gc(signal?: AbortSignal): Promise<number> {
    await this.#reach()
    const over = this.rows().filter((row) => this.#rules.isOver(row, this.#backend.time.now()))
    let removed = 0
    for (let batch = 0; batch < this.#rules.gcBatches && over.length > 0; batch += 1) {
      if (signal?.aborted) break
      await this.#reach()
      for (const row of over.splice(0, 500)) removed += this.#collect(row)
    }
    await this.#backend.reply()
    return removed
  }

  async findByUser(userKey: string): Promise<readonly string[]> {
    this.#rules.check({ userKey })
    await this.#reach()
    const names = [...(this.#backend.namesOfUser.get(userKey) ?? [])]
    this.#backend.looks += names.length
    const rows = names.flatMap((name) => this.#backend.rows.get(name) ?? [])
    await this.#backend.reply()
    return rows
      .filter((row) => row.userKey === userKey && this.#rules.owns(this.#namespace, row))
      .map(({ key }) => key)
  }

  /** The name of the row of a key. */
  id(key: string): string {
    return this.#rules.id(this.#namespace, key)
  }

  /** All rows of the namespace. */
  rows(): Row[] {
    this.#backend.looks += this.#backend.rows.size
    return [...this.#backend.rows.values()].filter((row) => this.#rules.owns(this.#namespace, row))
  }

  async #reach(): Promise<void> {
    if (this.client.isClosed) throw new Error('the client is closed')
    await this.#backend.reach()
  }

  #live(key: string): Row | undefined {
    this.#backend.looks += 1
    const row = this.#backend.rows.get(this.id(key))
    const now = this.#backend.time.now()
    return row && this.#rules.isLive(row, now, this.#backend) ? row : undefined
  }

  #put(
    key: string,
    { version, payload, ttl, userKey }: SessionToStore,
    old: Row | undefined,
  ): void {
    const id = this.id(key)
    this.#remove(id)
    const deadline = this.#rules.deadline(this.#backend.time.now(), ttl, old)
    const kept = this.#rules.keep(payload)
    const row = { namespace: this.#namespace, key, version, payload: kept, deadline, userKey }
    this.#backend.rows.set(id, row)
    if (userKey === undefined) return
    const { namesOfUser } = this.#backend
    const names = namesOfUser.get(userKey) ?? new Set()
    namesOfUser.set(userKey, names.add(id))
  }

  #remove(id: string): boolean {
    const { rows, namesOfUser } = this.#backend
    namesOfUser.get(rows.get(id)?.userKey ?? '')?.delete(id)
    return rows.delete(id)
  }

  #collect(row: Row): number {
    const id = this.#rules.id(row.namespace, row.key)
    if (this.#rules.gcLooksAgain && this.#backend.rows.get(id) !== row) return 0
    return this.#remove(id) ? 1 : 0
  }
}
