import type { SessionToStore, Store, StoredSession } from '../../src/index.ts'

/** A store that keeps a list of the calls that reached it. */
export class CountedStore implements Store {
  readonly #store: Store
  readonly calls: string[] = []

  constructor(store: Store) {
    this.#store = store
  }

  /** Forgets the calls so far. */
  reset(): void {
    this.calls.length = 0
  }

  read(key: string): Promise<StoredSession | undefined> {
    this.calls.push('read')
    return this.#store.read(key)
  }

  create(key: string, session: SessionToStore): Promise<boolean> {
    this.calls.push('create')
    return this.#store.create(key, session)
  }

  update(key: string, expectedVersion: string, session: SessionToStore): Promise<boolean> {
    this.calls.push('update')
    return this.#store.update(key, expectedVersion, session)
  }

  delete(key: string): Promise<void> {
    this.calls.push('delete')
    return this.#store.delete(key)
  }

  gc(signal?: AbortSignal): Promise<number> {
    this.calls.push('gc')
    return this.#store.gc(signal)
  }
}
