import { setTimeout as wait } from 'node:timers/promises'
import { SessionError } from '../session-error.ts'
import { publish } from '../session-events.ts'
import type { SessionContents } from './session-contents.ts'
import type { SessionLifetime } from './session-lifetime.ts'
import type { SessionRecord } from './session-record.ts'
import type { SessionRecords } from './session-records.ts'

/**
 * How often a swap is tried when other writers are faster, and the bounds of the waits between tries,
 * which are exponential with full jitter. Eight writers without a pause on an overloaded machine were
 * seen to need up to 17 tries for one write.
 */
const maxAttempts = 40
const minWaitMs = 5
const maxWaitMs = 500

/** A change of a stored record by compare-and-swap. */
export interface Swap {
  /** Whether contents are still such that this request may write over them. */
  readonly isAllowed: (contents: SessionContents) => boolean
  /** What is to be stored in place of contents, and `undefined` where nothing has to be. */
  readonly change: (contents: SessionContents) => SessionContents | undefined
  /** The hash of a secret that only this swap stores. */
  readonly ownSecret?: string | undefined
}

/** What became of a {@link Swap}. */
export type Swapped =
  | { readonly outcome: 'written' | 'needless' | 'refused'; readonly record: SessionRecord }
  /** The session ended: with the record that is left of it, if any. */
  | { readonly outcome: 'gone'; readonly record: SessionRecord | undefined }

/** Changes stored records, and applies the change again where other requests were faster. */
export class RecordSwapper {
  readonly #records: SessionRecords
  readonly #lifetime: SessionLifetime

  constructor(records: SessionRecords, lifetime: SessionLifetime) {
    this.#records = records
    this.#lifetime = lifetime
  }

  /**
   * Swaps a record as it was read, or what other requests have made of it since.
   * @throws {SessionError} `ERR_SESSION_CONFLICT` when other writers are faster 40 times in a row.
   */
  async swap(read: SessionRecord, { isAllowed, change, ownSecret }: Swap): Promise<Swapped> {
    let record = read
    for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
      if (!isAllowed(record.contents)) return { outcome: 'refused', record }
      const next = change(record.contents)
      if (!next) return { outcome: 'needless', record }
      const written = await this.#tryUpdate(record, next)
      if (written?.isWritten) return { outcome: 'written', record: written.record }
      if (attempt > 1) await wait(Math.random() * Math.min(maxWaitMs, minWaitMs * 2 ** attempt))
      const found = await this.#records.read(read.key)
      if (typeof found === 'string') return { outcome: 'gone', record: undefined }
      // The client may have sent the write twice because the first reply was lost: then our version is
      // stored, or what another request made of it.
      const isOurs =
        found.version === written?.record.version ||
        (written && ownSecret !== undefined && found.contents.live.includes(ownSecret))
      if (isOurs) return { outcome: 'written', record: found }
      if (this.#lifetime.isOver(found.contents)) return { outcome: 'gone', record: found }
      publish('conflict', { key: read.key, attempt })
      record = found
    }
    throw conflict(read.key, `other requests changed it first, ${maxAttempts} times in a row`)
  }

  /** `undefined` where the record is over: then another request may have renewed it meanwhile. */
  async #tryUpdate(record: SessionRecord, contents: SessionContents) {
    if (this.#lifetime.isOver(record.contents)) return undefined
    return this.#records.update(record.key, record.version, contents)
  }
}

/** The error of a write that could not be made because of other writers. */
export function conflict(key: string, reason: string): SessionError {
  return new SessionError(
    'ERR_SESSION_CONFLICT',
    `Session ${key} could not be stored: ${reason}. Send the request again.`,
  )
}
