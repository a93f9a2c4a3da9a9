/** Runs the work on one name one after the other, and the work on different names at the same time. */
export class KeyQueue {
  readonly #last = new Map<string, Promise<unknown>>()

  /** Runs `work` when all earlier work on `name` has settled, and resolves what `work` resolves. */
  async run<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(name)
    const turn = before === undefined ? work() : before.then(work, work)
    this.#last.set(name, turn)
    try {
      return await turn
    } finally {
      if (this.#last.get(name) === turn) this.#last.delete(name)
    }
  }
}
