/**
 * Errors that nobody waits for: thrown by a timer or a listener, or of a promise that nobody keeps. From
 * its construction on, they end no longer the process but the turn of the run that they fall into.
 */
export class StrayErrors {
  #turn = new AbortController()

  constructor() {
    process.on('uncaughtException', (error) => {
      const found = error instanceof Error ? (error.stack ?? error.message) : String(error)
      this.#turn.abort(new Error(`thrown where no call of the store waits for it: ${found}`))
    })
  }

  /** Begins a turn, and gives the signal that its first error aborts. */
  nextTurn(): AbortSignal {
    this.#turn = new AbortController()
    return this.#turn.signal
  }
}
