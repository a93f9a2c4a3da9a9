import { deferred } from './deferred.ts'
import { InterceptedStore } from './intercepted-store.ts'

/** A store in memory that keeps its first write waiting until the test lets it go on, or fail. */
export class GatedStore extends InterceptedStore {
  readonly #reached = deferred()
  readonly #opened = deferred<Error | undefined>()
  /** Resolves when a write has come. */
  readonly reached: Promise<void> = this.#reached.promise

  constructor() {
    super(async (operation) => {
      if (operation === 'read') return
      this.#reached.resolve()
      const error = await this.#opened.promise
      if (error) throw error
    })
  }

  open(): void {
    this.#opened.resolve(undefined)
  }

  fail(): void {
    this.#opened.resolve(new Error('the store is down'))
  }
}
