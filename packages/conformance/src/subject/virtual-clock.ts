/** A clock that stands still until it is told to go on. */
export interface VirtualClock {
  /** For {@link TimeControl}: an environment can have the clock as its `time`. */
  readonly kind: 'virtual'
  /** The time that a store's `clock` option reads, in milliseconds. */
  now(): number
  /** Lets `seconds` pass at once. */
  advance(seconds: number): void
}

/** Makes a {@link VirtualClock} that starts at the present time. */
export function virtualClock(): VirtualClock {
  let nowMs = Date.now()
  return {
    kind: 'virtual',
    now: () => nowMs,
    advance(seconds) {
      nowMs += Math.round(seconds * 1_000)
    },
  }
}
