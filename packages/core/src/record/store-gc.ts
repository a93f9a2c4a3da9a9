import { publish } from '../session-events.ts'
import type { SessionRecords } from './session-records.ts'

/** Removes records whose time is over, now and then by itself. Its timer keeps no process alive. */
export class StoreGc {
  readonly #records: SessionRecords
  readonly #interval: number | false
  readonly #running = new Set<Promise<number>>()
  readonly #closing = new AbortController()
  #timer: NodeJS.Timeout | undefined

  /** `interval` is in seconds; with `false` nothing runs by itself. */
  constructor(records: SessionRecords, interval: number | false) {
    this.#records = records
    this.#interval = interval
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
    const run = this.#records.gc(this.#closing.signal)
    this.#running.add(run)
    try {
      const removed = await run
      publish('gc', { removed })
      return removed
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
}
