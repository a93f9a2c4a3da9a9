import type { Fork, SessionContents } from './session-contents.ts'

/** The options that {@link SessionLifetime} goes by: see `SessionOptions`. */
export interface SessionLifetimeOptions {
  readonly idleTimeout: number
  readonly absoluteTimeout: number | false
  readonly renewInterval: number
  readonly clock: () => number
}

/**
 * Seconds added to the store's ttl. The store only cleans up; {@link SessionLifetime} decides whether
 * a session is over, so the record must not vanish first.
 */
const cleanUpSeconds = 60

/**
 * Seconds after a change of id in which a request with the old id counts as one that was under way
 * when the id changed.
 */
const rotationGrace = 30

/**
 * Seconds by which the clocks of servers may differ. A stored time that is no further in the future is
 * not written back: otherwise each request at the slower server would write.
 */
const clockSkew = 300

/** The time limits of sessions and of replaced ids. All instants are whole seconds since 1970. */
export class SessionLifetime {
  readonly #idleTimeout: number
  readonly #absoluteTimeout: number
  readonly #renewInterval: number
  readonly #clock: () => number

  constructor(options: SessionLifetimeOptions) {
    this.#idleTimeout = options.idleTimeout
    this.#absoluteTimeout = options.absoluteTimeout || Number.POSITIVE_INFINITY
    this.#renewInterval = options.renewInterval
    this.#clock = options.clock
  }

  now(): number {
    return Math.floor(this.#clock() / 1_000)
  }

  /** The absolute time counts from the last `bindUser`, else from the first store. */
  expiresAt({ createdAt, boundAt, renewedAt }: SessionContents): number {
    return Math.min(renewedAt + this.#idleTimeout, (boundAt ?? createdAt) + this.#absoluteTimeout)
  }

  /** Whether its time is over, or a request is ending it. */
  isOver(contents: SessionContents): boolean {
    return contents.live.length === 0 || this.now() >= this.expiresAt(contents)
  }

  isDueForRenewal({ renewedAt }: SessionContents): boolean {
    return this.now() - renewedAt >= this.#renewInterval
  }

  /** Whether a change of id was so short a time ago that requests with the old one may be under way. */
  isInGrace(changedAt: number | undefined): boolean {
    return changedAt !== undefined && this.now() - changedAt < rotationGrace
  }

  /** Whether a fork was made so short a time ago, by the clock of any server, that a logout ends it too. */
  isRecentFork({ at }: Fork): boolean {
    return this.now() - at < rotationGrace + clockSkew
  }

  /** Seconds that a store has to keep contents that are written now. */
  ttl(contents: SessionContents): number {
    return Math.max(1, this.expiresAt(contents) - this.now() + cleanUpSeconds)
  }

  /**
   * Contents whose times are not in the future, where they are when a clock was set back or another
   * server's clock is ahead. The same object where nothing had to be corrected.
   */
  withoutFuture(contents: SessionContents): SessionContents {
    const now = this.now()
    if (latest(contents) <= now) return contents
    const capped = (time: number | undefined) => time && Math.min(time, now)
    return {
      ...contents,
      createdAt: Math.min(contents.createdAt, now),
      renewedAt: Math.min(contents.renewedAt, now),
      replacedAt: capped(contents.replacedAt),
      boundAt: capped(contents.boundAt),
      authenticatedAt: capped(contents.authenticatedAt),
    }
  }

  /** Whether a time lies so far in the future that the corrected one has to be stored. */
  isFarInFuture(contents: SessionContents): boolean {
    return latest(contents) > this.now() + clockSkew
  }
}

function latest(contents: SessionContents): number {
  const { createdAt, renewedAt, replacedAt = 0, boundAt = 0, authenticatedAt = 0 } = contents
  return Math.max(createdAt, renewedAt, replacedAt, boundAt, authenticatedAt)
}
