import { SessionError } from '../session-error.ts'
import { publish } from '../session-events.ts'
import type { ResolvedSessionOptions } from '../session-options.ts'
import type { Store } from '../store.ts'

/** Cleans the store up, now and then by itself. Its timer keeps no process alive. */
export class StoreGc {
  readonly #store: Store
  readonly #interval: number | false
  readonly #running = new Set<Promise<number>>()
  readonly #closing = new AbortController()
  #timer: NodeJS.Timeout | undefined

  constructor({ store, gcInterval }: ResolvedSessionOptions) {
    this.#store = store
    this.#interval = gcInterval
  }

  /** Begins the clean-ups that come by themselves; the second call changes nothing. */
  start(): void {
    if (this.#timer || this.#interval === false || this.#closing.signal.aborted) return
    // A tenth of jitter, so that servers that started together do not clean up together.
    const waitMs = this.#interval * 1_000 * (0.9 + Math.random() * 0.2)
    this.#timer = setTimeout(() => {
      const again = () => {
        this.#timer = undefined
        this.start()
      }
      this.run().then(again, again) // A failure was published, and the next run may succeed.
    }, waitMs)
    this.#timer.unref()
  }

  /** Cleans up once and resolves how many sessions were removed. */
  async run(): Promise<number> {
    const run = this.#collect()
    this.#running.add(run)
    try {
      return await run
    } finally {
      this.#running.delete(run)
    }
  }

  /** Stops: resolves when no clean-up is under way any more. */
  async close(): Promise<void> {
    clearTimeout(this.#timer)
    this.#closing.abort()
    await Promise.allSettled(this.#running)
  }

  async #collect(): Promise<number> {
    try {
      const removed = await this.#store.gc(this.#closing.signal)
      publish('gc', { removed })
      return removed
    } catch (cause) {
      const error = new SessionError('ERR_SESSION_STORE', "The session store's gc failed.", {
        cause,
      })
      publish('store-error', { operation: 'gc', error })
      throw error
    }
  }
}
