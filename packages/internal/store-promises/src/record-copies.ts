import type { SessionToStore, Store, StoredSession } from '@mako-session/core'

/** Copies of some records of a store, to look at and to try on what could happen next. */
export class RecordCopies implements Store {
  readonly #records: Map<string, StoredSession>

  private constructor(records: Iterable<readonly [string, StoredSession]>) {
    this.#records = new Map(records)
  }

  static async of(store: Store, keys: Iterable<string>): Promise<RecordCopies> {
    const found: [string, StoredSession][] = []
    for (const key of new Set(keys)) {
      const record = await store.read(key)
      if (record) found.push([key, record])
    }
    return new RecordCopies(found)
  }

  copy(): RecordCopies {
    return new RecordCopies(this.#records)
  }

  get keys(): readonly string[] {
    return [...this.#records.keys()]
  }

  async read(key: string): Promise<StoredSession | undefined> {
    return this.#records.get(key)
  }

  async create(key: string, session: SessionToStore): Promise<boolean> {
    if (this.#records.has(key)) return false
    this.#records.set(key, session)
    return true
  }

  async update(key: string, expectedVersion: string, session: SessionToStore): Promise<boolean> {
    if (this.#records.get(key)?.version !== expectedVersion) return false
    this.#records.set(key, session)
    return true
  }

  async delete(key: string): Promise<void> {
    this.#records.delete(key)
  }

  async gc(): Promise<number> {
    return 0
  }
}
