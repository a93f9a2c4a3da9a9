import { SessionError } from '../session-error.ts'
import { publish } from '../session-events.ts'
import type { RecordSwapper } from './record-swap.ts'
import type { SessionContents } from './session-contents.ts'
import type { SessionLifetime } from './session-lifetime.ts'
import type { SessionRecord } from './session-record.ts'
import type { SessionRecords } from './session-records.ts'

/** Deletes records so that no copy of them lives on. */
export class RecordEnder {
  readonly #records: SessionRecords
  readonly #lifetime: SessionLifetime
  readonly #swapper: RecordSwapper

  constructor(records: SessionRecords, lifetime: SessionLifetime, swapper: RecordSwapper) {
    this.#records = records
    this.#lifetime = lifetime
    this.#swapper = swapper
  }

  /** Ends a session whatever other requests made of it since it was `read`. */
  async end(key: string, read?: SessionRecord): Promise<void> {
    const record = read ?? (await this.#records.read(key))
    const closed = typeof record === 'string' ? undefined : await this.#close(record)
    await this.deleteClosed(key, closed)
  }

  /**
   * Takes the secrets out of a record, so that no copy can be noted in it any more: those that were
   * noted before are seen here. A store that cannot write, as with a full disk, may still delete. Then
   * no copy can be noted either.
   */
  async #close(record: SessionRecord): Promise<SessionRecord | undefined> {
    try {
      const swap = { isAllowed: () => true, change: closing }
      return (await this.#swapper.swap(record, swap)).record
    } catch (error) {
      if (error instanceof SessionError && error.code === 'ERR_SESSION_STORE') return record
      throw error
    }
  }

  /** Deletes a record that has no live secret any more, after its copies of a moment ago. */
  async deleteClosed(key: string, closed: SessionRecord | undefined): Promise<void> {
    for (const fork of closed?.contents.forks ?? []) {
      if (this.#lifetime.isInGrace(fork.at)) await this.end(fork.key)
    }
    await this.#records.delete(key)
    publish('destroyed', { key })
  }
}

/** Contents that no secret opens. Only what is needed to end the copies stays. */
export function closing(contents: SessionContents): SessionContents | undefined {
  if (contents.live.length === 0) return undefined
  return { ...contents, live: [], replaced: [], tokens: [], data: new Map(), flash: new Map() }
}
