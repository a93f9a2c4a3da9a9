/** A clock that only the test moves. Manager and store read it by `clock`, in milliseconds. */
export class TestClock {
  #nowMs = Date.UTC(2026, 0, 1)
  readonly clock = (): number => this.#nowMs

  /** Moves the time by seconds; a negative number moves it back. */
  readonly advance = (seconds: number): void => {
    this.#nowMs += seconds * 1_000
  }
}
