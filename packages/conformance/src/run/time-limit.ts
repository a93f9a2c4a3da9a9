/** A time limit for some work. It ends after some seconds, or earlier when one of the signals aborts. */
export class TimeLimit {
  readonly #controller = new AbortController()
  readonly #timer: NodeJS.Timeout
  readonly #over = new AbortController()

  constructor(what: string, seconds: number, ...signals: readonly (AbortSignal | undefined)[]) {
    const late = () =>
      this.#controller.abort(new Error(`${what} took longer than ${seconds} seconds`))
    this.#timer = setTimeout(late, seconds * 1_000)
    for (const signal of signals) {
      const stop = () => this.#controller.abort(signal?.reason)
      signal?.addEventListener('abort', stop, { signal: this.#over.signal })
    }
  }

  /** Aborts when the limit ends, and when {@link TimeLimit.end} is called. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Settles as `work` does, or rejects when the limit ends first. */
  async keep<Result>(work: Promise<Result>): Promise<Result> {
    const { signal } = this.#controller
    let stop = () => {}
    const stopped = new Promise<never>((_, reject) => {
      stop = () => reject(signal.reason)
      signal.addEventListener('abort', stop)
      if (signal.aborted) stop()
    })
    try {
      return await Promise.race([work, stopped])
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }

  /** Stops the timer and aborts {@link TimeLimit.signal}. To be called when the work is over. */
  end(): void {
    clearTimeout(this.#timer)
    this.#over.abort()
    this.#controller.abort(new Error('the case is over'))
  }
}
