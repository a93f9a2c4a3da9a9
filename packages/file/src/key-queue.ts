/** Runs the work on one name in turn, and the work on different names side by side. */
export class KeyQueue {
  readonly #last = new Map<string, Promise<unknown>>()

  /** Runs `work` as soon as all earlier work on `name` has settled, and resolves what it resolves. */
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
