import type { ResolvedSessionOptions } from '../session-options.ts'
import type { SessionContents } from './session-contents.ts'

/** Kept by the store beyond the end of a session: its ttl is for cleaning up, the end is decided here. */
const cleanUpSeconds = 60

/** When sessions end. All instants are whole seconds since 1970. */
export class SessionLifetime {
  readonly #idleTimeout: number
  readonly #absoluteTimeout: number
  readonly #renewInterval: number
  readonly #clock: () => number

  constructor(options: ResolvedSessionOptions) {
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

  /** Seconds that a store has to keep contents that are written now. */
  ttl(contents: SessionContents): number {
    return Math.max(1, this.expiresAt(contents) - this.now() + cleanUpSeconds)
  }

  /**
   * Contents whose times are not in the future, which they are after a clock was set back: the same
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
