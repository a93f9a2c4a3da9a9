import type { SessionId } from '../cookie/session-id.ts'
import type { SessionRecord } from '../record/session-record.ts'
import type { RejectionReason } from '../session-events.ts'
import type { RequestFacts } from './request-facts.ts'

/** The record of a session whose id was replaced a moment ago, and the old id that a request came with. */
export interface LateArrival {
  readonly record: SessionRecord
  readonly id: SessionId
}

/** A record that a cookie of the request named, though it did not give the session. */
export interface OtherRecord {
  readonly key: string
  /** As it was read; `undefined` where it could not be read. */
  readonly record: SessionRecord | undefined
  /** Whether the cookie opens it. */
  readonly isLive: boolean
}

/** What was found while loading. */
export interface LoadedSession {
  readonly id: SessionId
  /** The record that the id opens; without it the session is new. */
  readonly record: SessionRecord | undefined
  readonly late: LateArrival | undefined
  /** What else a logout ends. */
  readonly others: readonly OtherRecord[]
  /** Why the cookie of the request gave no session. */
  readonly rejection: RejectionReason | undefined
  /** In seconds since 1970. */
  readonly loadedAt: number
  /** `undefined` outside a request. */
  readonly request: RequestFacts | undefined
  /** Whether the request had a cookie of ours, good or bad. */
  readonly hadCookie: boolean
  /** Whether the next commit has to write even if nothing changed. */
  readonly isWriteDue: boolean
  /** Whether its cookie was signed by a secret that is being phased out. */
  readonly isCookieOutdated: boolean
}
