import type { SessionToStore, Store, StoredSession } from '@mako-session/core'
import type { Turn } from './schedule-explorer.ts'

/** A call of a store. Each call took one turn. */
export interface StoreCall {
  readonly operation: 'read' | 'create' | 'update' | 'delete'
  readonly key: string
  /** Whether it found a record, or wrote one. */
  readonly isDone: boolean
  /** The user key of the record that it was to write. */
  readonly userKey?: string | undefined
}

/** A store whose calls wait for their turn in a schedule. */
export class ScheduledStore implements Store {
  readonly #store: Store
  readonly #turn: Turn
  #losesReply: boolean
  /** The calls that were made, in their order. */
  readonly calls: StoreCall[] = []

  /**
   * With `isResending` the reply to the first write is lost, and the store's client sends that write
   * again. Calls of other requests can come between. Without a limit schedules would not end.
   */
  constructor(store: Store, turn: Turn, isResending: boolean) {
    this.#store = store
    this.#turn = turn
    this.#losesReply = isResending
  }

  async read(key: string): Promise<StoredSession | undefined> {
    await this.#turn()
    const found = await this.#store.read(key)
    this.calls.push({ operation: 'read', key, isDone: found !== undefined })
    return found
  }

  create(key: string, session: SessionToStore): Promise<boolean> {
    const send = () => this.#store.create(key, session)
    return this.#write('create', key, session.userKey, send)
  }

  update(key: string, expectedVersion: string, session: SessionToStore): Promise<boolean> {
    const send = () => this.#store.update(key, expectedVersion, session)
    return this.#write('update', key, session.userKey, send)
  }

  async delete(key: string): Promise<void> {
    await this.#turn()
    await this.#store.delete(key)
    this.calls.push({ operation: 'delete', key, isDone: true })
  }

  async gc(): Promise<number> {
    return 0
  }

  async #write(
    operation: 'create' | 'update',
    key: string,
    userKey: string | undefined,
    send: () => Promise<boolean>,
  ): Promise<boolean> {
    for (;;) {
      await this.#turn()
      const isDone = await send()
      this.calls.push({ operation, key, isDone, userKey })
      if (!this.#losesReply) return isDone
      this.#losesReply = false
    }
  }
}
