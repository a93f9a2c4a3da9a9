/** What a session holds. It is never changed: a change makes a new one. Times are whole seconds since 1970. */
export interface SessionContents {
  /** SHA-256 of the secret that the browser knows. */
  readonly secretHash: string
  readonly createdAt: number
  /**
   * Time of the last write. A use writes at the latest after `renewInterval`, so this is also the
   * time of the last use, give or take that interval.
   */
  readonly renewedAt: number
  /** When its secret was last replaced. */
  readonly rotatedAt: number
  /** The application's user, as `bindUser` got it. */
  readonly userId: string | undefined
  /** SHA-256 of each one-time token that can still be used, oldest first. */
  readonly tokens: readonly string[]
  /** The text of each value. */
  readonly data: ReadonlyMap<string, string>
  readonly flash: ReadonlyMap<string, FlashEntry>
}

/** A value for the next request. Its id tells it from a later one under the same key. */
export interface FlashEntry {
  readonly text: string
  readonly entryId: string
}

/** The contents of a session that begins now. */
export function newContents(secretHash: string, now: number): SessionContents {
  return {
    secretHash,
    createdAt: now,
    renewedAt: now,
    rotatedAt: now,
    userId: undefined,
    tokens: [],
    data: new Map(),
    flash: new Map(),
  }
}

/** Whether the contents have nothing that has to be stored: no value, flash value, token or user. */
export function isEmpty({ data, flash, tokens, userId }: SessionContents): boolean {
  return data.size === 0 && flash.size === 0 && tokens.length === 0 && userId === undefined
}
