import type { SessionId } from '../cookie/session-id.ts'
import { conflict } from './record-swap.ts'
import type { SessionContents } from './session-contents.ts'
import type { SessionLifetime } from './session-lifetime.ts'
import type { SessionRecord } from './session-record.ts'
import type { SessionRecords } from './session-records.ts'

/** Makes records that are opened by one id alone. */
export class NewRecords {
  readonly #records: SessionRecords
  readonly #lifetime: SessionLifetime

  constructor(records: SessionRecords, lifetime: SessionLifetime) {
    this.#records = records
    this.#lifetime = lifetime
  }

  /** The contents as a record of its own has them. */
  contentsFor(id: SessionId, contents: SessionContents): SessionContents {
    return {
      ...contents,
      live: [id.secretHash],
      replaced: [],
      replacedAt: undefined,
      forks: [],
      renewedAt: this.#lifetime.now(),
    }
  }

  /**
   * Stores contents under the key of an id.
   * @throws {SessionError} `ERR_SESSION_CONFLICT` where the key is in use.
   */
  async insert(id: SessionId, contents: SessionContents): Promise<SessionRecord> {
    const { key } = id
    const { isWritten, record } = await this.#records.create(key, this.contentsFor(id, contents))
    if (isWritten) return record
    // The client may have sent the create twice because the first reply was lost. If the stored version
    // is ours, the first one succeeded.
    const found = await this.#records.read(key)
    if (typeof found !== 'string' && found.version === record.version) return record
    throw conflict(key, 'its key is in use, or the new record was deleted at once')
  }
}
