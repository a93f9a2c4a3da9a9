/** Runs what does I/O for one session one after the other. */
export class Turns {
  /** Settles when all work that was given to `take` is done. */
  #taken: Promise<void> | undefined

  /** Whether nothing is running. */
  get areIdle(): boolean {
    return this.#taken === undefined
  }

  /** Runs work when the work before it is done, at once where there is none. */
  async take<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#taken ? this.#taken.then(work) : work()
    const done = () => {
      if (this.#taken === taken) this.#taken = undefined
    }
    const taken = turn.then(done, done)
    this.#taken = taken
    return turn
  }
}
