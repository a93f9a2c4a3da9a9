import type { Store } from '../../src/index.ts'
import { InterceptedStore } from './intercepted-store.ts'

/** A store that keeps a list of the calls that reached it. */
export class CountedStore extends InterceptedStore {
  readonly calls: (keyof Store)[] = []

  constructor(store: Store) {
    super((operation) => this.calls.push(operation), store)
  }

  /** Forgets the calls so far. */
  reset(): void {
    this.calls.length = 0
  }
}
