import type { SessionToStore } from '../../src/index.ts'
import { InterceptedStore } from './intercepted-store.ts'

/** A store in memory whose next write is made, and answered with an error. */
export class UnreliableStore extends InterceptedStore {
  /** The operation whose next call is made and fails. */
  next: 'create' | 'update' | undefined

  override async create(key: string, session: SessionToStore): Promise<boolean> {
    return this.#answer('create', await super.create(key, session))
  }

  override async update(key: string, version: string, session: SessionToStore): Promise<boolean> {
    return this.#answer('update', await super.update(key, version, session))
  }

  #answer(operation: 'create' | 'update', answer: boolean): boolean {
    if (this.next !== operation) return answer
    this.next = undefined
    throw new Error('the connection was lost')
  }
}
