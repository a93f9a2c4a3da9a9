import type { SessionToStore, Store, StoredSession } from '@mako-session/core'
import type { Turn } from './schedule-explorer.ts'

/** A store whose calls wait for their turn in a schedule. */
export class ScheduledStore implements Store {
  readonly #store: Store
  readonly #turn: Turn
  readonly #isResending: boolean
  readonly createdKeys: string[] = []

  /** With `isResending` each write is made twice, as a client does that lost the first reply. */
  constructor(store: Store, turn: Turn, isResending: boolean) {
    this.#store = store
    this.#turn = turn
    this.#isResending = isResending
  }

  async read(key: string): Promise<StoredSession | undefined> {
    await this.#turn()
    return this.#store.read(key)
  }

  async create(key: string, session: SessionToStore): Promise<boolean> {
    await this.#turn()
    this.createdKeys.push(key)
    if (this.#isResending) await this.#store.create(key, session)
    return this.#store.create(key, session)
  }

  async update(key: string, expectedVersion: string, session: SessionToStore): Promise<boolean> {
    await this.#turn()
    if (this.#isResending) await this.#store.update(key, expectedVersion, session)
    return this.#store.update(key, expectedVersion, session)
  }

  async delete(key: string): Promise<void> {
    await this.#turn()
    return this.#store.delete(key)
  }

  async gc(): Promise<number> {
    return 0
  }
}
