import { SessionError } from '../session-error.ts'
import { publish } from '../session-events.ts'
import type { RecordSwapper } from './record-swap.ts'
import type { SessionContents } from './session-contents.ts'
import type { SessionLifetime } from './session-lifetime.ts'
import type { SessionRecord } from './session-record.ts'
import type { SessionRecords } from './session-records.ts'

/** Ends sessions so that no fork of them lives on. */
export class RecordEnder {
  readonly #records: SessionRecords
  readonly #lifetime: SessionLifetime
  readonly #swapper: RecordSwapper

  constructor(records: SessionRecords, lifetime: SessionLifetime, swapper: RecordSwapper) {
    this.#records = records
    this.#lifetime = lifetime
    this.#swapper = swapper
  }

  /** Ends a session whatever other requests made of it since it was `read`, and its forks of a moment ago. */
  async end(key: string, read?: SessionRecord, ended = new Set<string>()): Promise<void> {
    if (ended.has(key)) return
    ended.add(key)
    const record = read ?? (await this.#records.read(key))
    const closed = typeof record === 'string' ? undefined : await this.#close(record)
    for (const fork of closed?.contents.forks ?? []) {
      if (this.#lifetime.isRecentFork(fork)) await this.end(fork.key, undefined, ended)
    }
    await this.delete(key)
  }

  /** Deletes a record, but not its forks. */
  async delete(key: string): Promise<void> {
    await this.#records.delete(key)
    publish('destroyed', { key })
  }

  /**
   * Takes the secrets out of a record, so that no fork can be noted in it any more: those that were
   * noted before are seen here. A store that cannot write, as with a full disk, may still delete, and
   * no fork can be noted there either. So after a second failure the record is given as it is.
   */
  async #close(record: SessionRecord, isSecondTry = false): Promise<SessionRecord | undefined> {
    try {
      const swap = { isAllowed: () => true, change: closedContents }
      return (await this.#swapper.swap(record, swap)).record
    } catch (error) {
      if (!isRefusedWrite(error)) throw error
    }
    const found = await this.#records.read(record.key)
    if (typeof found === 'string') return undefined
    return isSecondTry ? found : this.#close(found, true)
  }
}

/** Contents that no secret opens. Only what is needed to end the forks stays. */
export function closedContents(contents: SessionContents): SessionContents | undefined {
  if (contents.live.length === 0) return undefined
  return { ...contents, live: [], replaced: [], tokens: [], data: new Map(), flash: new Map() }
}

function isRefusedWrite(error: unknown): boolean {
  return (
    error instanceof SessionError &&
    (error.code === 'ERR_SESSION_STORE' || error.code === 'ERR_SESSION_TOO_LARGE')
  )
}
