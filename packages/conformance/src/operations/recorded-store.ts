import type { SessionToStore, Store, StoredSession, UserIndex } from '@mako-session/core'
import { brief, type OperationLog } from './operation-log.ts'

/** A handle of the store under test that logs each call and its answer. */
export class RecordedStore implements Store, UserIndex {
  readonly #store: Store & Partial<UserIndex>
  readonly #name: string
  readonly #log: OperationLog

  constructor(store: Store, name: string, log: OperationLog) {
    this.#store = store
    this.#name = name
    this.#log = log
  }

  /** Whether the store itself has `findByUser`. */
  get hasUserIndex(): boolean {
    return typeof this.#store.findByUser === 'function'
  }

  read(key: string): Promise<StoredSession | undefined> {
    return this.#record('read', [key], () => this.#store.read(key))
  }

  create(key: string, session: SessionToStore): Promise<boolean> {
    return this.#record('create', [key, session], () => this.#store.create(key, session))
  }

  update(key: string, expectedVersion: string, session: SessionToStore): Promise<boolean> {
    const call = () => this.#store.update(key, expectedVersion, session)
    return this.#record('update', [key, expectedVersion, session], call)
  }

  delete(key: string): Promise<void> {
    return this.#record('delete', [key], () => this.#store.delete(key))
  }

  gc(signal?: AbortSignal): Promise<number> {
    return this.#record('gc', signal ? ['signal'] : [], () => this.#store.gc(signal))
  }

  findByUser(userKey: string): Promise<readonly string[]> {
    return this.#record('findByUser', [userKey], async () => {
      if (this.#store.findByUser) return this.#store.findByUser(userKey)
      throw new TypeError('the store has no findByUser')
    })
  }

  #record<Answer>(method: string, given: unknown[], call: () => Promise<Answer>): Promise<Answer> {
    return this.#log.record(() => `${this.#name}.${method}(${given.map(brief).join(', ')})`, call)
  }
}
