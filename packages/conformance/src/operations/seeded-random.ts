/** Random numbers, texts and pauses. The same seed and name give the same ones in the same order. */
export class SeededRandom {
  #state: number

  constructor(seed: number, name: string) {
    this.#state = hash(`${seed}/${name}`)
  }

  /** A whole number from 0 up to, but not including, `limit`. */
  integer(limit: number): number {
    // mulberry32
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit)
  }

  /** Lower-case hex digits. */
  hex(length: number): string {
    return Array.from({ length }, () => this.integer(16).toString(16)).join('')
  }

  /** A version of the form that the core makes: 16 bytes as 22 base64url characters. */
  version(): string {
    return Buffer.from(this.hex(32), 'hex').toString('base64url')
  }

  /** Lets other work go first: for a random number of microtasks and turns of the event loop. */
  async pause(): Promise<void> {
    for (let turns = this.integer(5); turns > 0; turns -= 1) {
      if (this.integer(2) === 0) await undefined
      else await new Promise((resolve) => setImmediate(resolve))
    }
  }
}

function hash(text: string): number {
  let state = 0x811c9dc5
  for (const character of text) {
    state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193)
  }
  return state
}
