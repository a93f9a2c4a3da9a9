import type { SessionContents } from './session-contents.ts'

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

  expiresAt({ createdAt, renewedAt }: SessionContents): number {
    return Math.min(renewedAt + this.#idleTimeout, createdAt + this.#absoluteTimeout)
  }

  isOver(contents: SessionContents): boolean {
    return this.now() >= this.expiresAt(contents)
  }

  isDueForRenewal({ renewedAt }: SessionContents): boolean {
    return this.now() - renewedAt >= this.#renewInterval
  }

  /** Whether the id was replaced so short a time ago that requests with the old one may be under way. */
  isIdInGrace({ rotatedAt }: SessionContents): boolean {
    return this.now() - rotatedAt < rotationGrace
  }

  /** Seconds that a store has to keep contents that are written now. */
  ttl(contents: SessionContents): number {
    return Math.max(1, this.expiresAt(contents) - this.now() + cleanUpSeconds)
  }

  /**
   * Contents whose times are not in the future, where they are after a clock was set back. The same
   * object where nothing had to be corrected.
   */
  withoutFuture(contents: SessionContents): SessionContents {
    const now = this.now()
    const { createdAt, renewedAt, rotatedAt } = contents
    if (createdAt <= now && renewedAt <= now && rotatedAt <= now) return contents
    return {
      ...contents,
      createdAt: Math.min(createdAt, now),
      renewedAt: Math.min(renewedAt, now),
      rotatedAt: Math.min(rotatedAt, now),
    }
  }
}
