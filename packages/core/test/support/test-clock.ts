/** A clock that a test moves by hand: `clock` is read by manager and store, in milliseconds. */
export class TestClock {
  #nowMs = Date.UTC(2026, 0, 1)
  readonly clock = (): number => this.#nowMs

  /** Moves the time by seconds, also back. */
  readonly advance = (seconds: number): void => {
    this.#nowMs += seconds * 1_000
  }
}
