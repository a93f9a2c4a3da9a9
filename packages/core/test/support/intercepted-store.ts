import {
  MemoryStore,
  type SessionToStore,
  type Store,
  type StoredSession,
} from '../../src/index.ts'

type Operation = keyof Store

/** A store that awaits `before` ahead of each call. Tests use it to delay calls or to make them fail. */
export class InterceptedStore implements Store {
  /** May be replaced while requests are under way. */
  before: (operation: Operation) => unknown
  readonly #store: Store

  constructor(
    before: (operation: Operation) => unknown = () => {},
    store: Store = new MemoryStore(),
  ) {
    this.before = before
    this.#store = store
  }

  async read(key: string): Promise<StoredSession | undefined> {
    await this.before('read')
    return this.#store.read(key)
  }

  async create(key: string, session: SessionToStore): Promise<boolean> {
    await this.before('create')
    return this.#store.create(key, session)
  }

  async update(key: string, expectedVersion: string, session: SessionToStore): Promise<boolean> {
    await this.before('update')
    return this.#store.update(key, expectedVersion, session)
  }

  async delete(key: string): Promise<void> {
    await this.before('delete')
    return this.#store.delete(key)
  }

  async gc(signal?: AbortSignal): Promise<number> {
    await this.before('gc')
    return this.#store.gc(signal)
  }
}
