/**
 * Catches errors that no call rejects with: thrown by a timer or a listener, or the rejection of a promise
 * without a handler. Without this class such an error ends the process. With it, it fails the turn of the
 * run in which it is thrown.
 */
export class StrayErrors {
  #turn = new AbortController()

  constructor() {
    process.on('uncaughtException', (error) => {
      const found = error instanceof Error ? (error.stack ?? error.message) : String(error)
      this.#turn.abort(
        new Error(`an error was thrown that no call of the store rejected with: ${found}`),
      )
    })
  }

  /** Begins a turn, and gives a signal that aborts with the first such error of the turn. */
  nextTurn(): AbortSignal {
    this.#turn = new AbortController()
    return this.#turn.signal
  }
}
