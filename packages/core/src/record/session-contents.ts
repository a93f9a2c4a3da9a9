/** What a session holds. It is never changed: a change makes a new one. Times are whole seconds since 1970. */
export interface SessionContents {
  /**
   * SHA-256 of each secret that opens the session, newest first: more than one only where logins were
   * joined, none where a request that ends the session is under way, or died on the way.
   */
  readonly live: readonly string[]
  /** The hashes that the last login replaced; empty after any other replacement. */
  readonly replaced: readonly string[]
  /** When `live` was last replaced as a whole. */
  readonly replacedAt: number | undefined
  /** When it was first stored. */
  readonly createdAt: number
  /** When `bindUser` last tied it to its user. */
  readonly boundAt: number | undefined
  /** When its user last proved who he is, as `bindUser` was told. */
  readonly authenticatedAt: number | undefined
  /**
   * Time of the last write. A use writes at the latest after `renewInterval`, so this is also the
   * time of the last use, give or take that interval.
   */
  readonly renewedAt: number
  /** The application's user, as `bindUser` got it. */
  readonly userId: string | undefined
  /** Whether it stays though nothing is in it, because a page has its CSRF token. */
  readonly isKept: boolean
  /** SHA-256 of each one-time token that can still be used, oldest first. */
  readonly tokens: readonly string[]
  /** The forks that `regenerateId(true)` made a moment ago: what ends this session ends them too. */
  readonly forks: readonly Fork[]
  /** The text of each value. */
  readonly data: ReadonlyMap<string, string>
  readonly flash: ReadonlyMap<string, FlashEntry>
}

/** A copy of a session under a new key: that key, and when it was made. */
export interface Fork {
  readonly key: string
  readonly at: number
}

/** A value for the next request. Its id tells it from a later one under the same key. */
export interface FlashEntry {
  readonly text: string
  readonly entryId: string
}

/** The contents of a session that begins now. No secret opens it before it is stored. */
export function newContents(now: number): SessionContents {
  return {
    live: [],
    replaced: [],
    replacedAt: undefined,
    createdAt: now,
    boundAt: undefined,
    authenticatedAt: undefined,
    renewedAt: now,
    userId: undefined,
    isKept: false,
    tokens: [],
    forks: [],
    data: new Map(),
    flash: new Map(),
  }
}

/** Whether nothing has to be stored: there is no value, flash value, token or user, and no page has its CSRF token. */
export function isEmpty({ data, flash, tokens, userId, isKept }: SessionContents): boolean {
  return (
    data.size === 0 && flash.size === 0 && tokens.length === 0 && userId === undefined && !isKept
  )
}

/** Whether the session was there for messages alone: it ends by itself when they were shown. */
export function isFlashAlone(contents: SessionContents): boolean {
  return contents.flash.size > 0 && isEmpty({ ...contents, flash: new Map() })
}
