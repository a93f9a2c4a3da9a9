/** A clock whose time changes only by `advance`. */
export interface VirtualClock {
  /** Makes the clock a {@link TimeControl}, so that an environment can have it as its `time`. */
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
