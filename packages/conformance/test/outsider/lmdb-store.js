import { checkStoreArguments } from '@mako-session/core'
import { asBinary } from 'lmdb'
import { decodeRow, encodeRow } from './lmdb-row.js'

/** @import { SessionToStore, Store, StoredSession, UserIndex } from '@mako-session/core' */
/** @import { Database } from 'lmdb' */
/** @import { Row } from './lmdb-row.js' */

// A batch is one transaction. The writers of all processes wait while it runs.
const gcBatch = 100

// The value of an index entry: its key already has everything.
const nothing = asBinary(Buffer.of(0))

// Sorts after all keys of sessions, because they are hex digits.
const afterLast = 'g'

/**
 * Keeps sessions in a database of an LMDB environment, for the processes of one machine.
 *
 * The store writes three kinds of entries, always in one transaction: `['session', key]` has the
 * session, `['deadline', deadline, key]` is for `gc`, and `['user', userKey, key]` for `findByUser`.
 *
 * @implements {Store}
 * @implements {UserIndex}
 */
export class LmdbStore {
  #database
  #clock

  /**
   * @param {Database} database for sessions only, without `cache`, `dupSort` and `keyEncoding`; the
   *   store does not close it
   * @param {{ clock?: () => number }} [options]
   */
  constructor(database, { clock = () => Date.now() } = {}) {
    this.#database = database
    this.#clock = clock
  }

  /**
   * @param {string} key
   * @returns {Promise<StoredSession | undefined>}
   */
  async read(key) {
    checkStoreArguments({ key })
    this.#seeLatest()
    const row = this.#live(key)
    return row && { version: row.version, payload: row.payload }
  }

  /**
   * @param {string} key
   * @param {SessionToStore} session
   * @returns {Promise<boolean>}
   */
  async create(key, session) {
    checkStoreArguments({ key, session })
    return this.#database.childTransaction(() => !this.#live(key) && this.#replace(key, session))
  }

  /**
   * @param {string} key
   * @param {string} expectedVersion
   * @param {SessionToStore} session
   * @returns {Promise<boolean>}
   */
  async update(key, expectedVersion, session) {
    checkStoreArguments({ key, expectedVersion, session })
    return this.#database.childTransaction(
      () => this.#live(key)?.version === expectedVersion && this.#replace(key, session),
    )
  }

  /**
   * @param {string} key
   * @returns {Promise<void>}
   */
  async delete(key) {
    checkStoreArguments({ key })
    return this.#database.childTransaction(() => this.#remove(key))
  }

  /**
   * @param {AbortSignal} [signal]
   * @returns {Promise<number>}
   */
  async gc(signal) {
    let removed = 0
    while (!signal?.aborted) {
      const batch = await this.#database.childTransaction(() => this.#removeOver())
      removed += batch
      if (batch < gcBatch) break
    }
    return removed
  }

  /**
   * @param {string} userKey
   * @returns {Promise<readonly string[]>}
   */
  async findByUser(userKey) {
    checkStoreArguments({ userKey })
    this.#seeLatest()
    const range = { start: ['user', userKey], end: ['user', userKey, afterLast] }
    return this.#database.getKeys(range).map(([, , key]) => key).asArray
  }

  // lmdb reads from one snapshot until the end of the event loop's turn. The snapshot may be older than
  // a write of another handle or process that has already resolved.
  #seeLatest() {
    this.#database.resetReadTxn()
  }

  /** @param {string} key */
  #live(key) {
    const row = this.#row(key)
    return row && this.#clock() < row.deadline ? row : undefined
  }

  /** @param {string} key */
  #row(key) {
    return decodeRow(this.#database.getBinary(['session', key]))
  }

  // The methods below have to be called in a transaction.

  /**
   * @param {string} key
   * @param {SessionToStore} session
   * @returns {true}
   */
  #replace(key, { version, payload, ttl, userKey }) {
    const row = { version, payload, userKey, deadline: this.#clock() + ttl * 1_000 }
    this.#remove(key)
    this.#database.putSync(['session', key], encodeRow(row))
    for (const entry of indexEntries(key, row)) this.#database.putSync(entry, nothing)
    return true
  }

  /** @param {string} key */
  #remove(key) {
    const row = this.#row(key)
    this.#database.removeSync(['session', key])
    if (!row) return
    for (const entry of indexEntries(key, row)) this.#database.removeSync(entry)
  }

  #removeOver() {
    const range = { start: ['deadline'], end: ['deadline', this.#clock(), afterLast] }
    const over = this.#database.getKeys({ ...range, limit: gcBatch }).asArray
    for (const [, , key] of over) this.#remove(key)
    return over.length
  }
}

/**
 * @param {string} key
 * @param {Row} row
 */
function indexEntries(key, { deadline, userKey }) {
  const ofDeadline = ['deadline', deadline, key]
  return userKey === undefined ? [ofDeadline] : [ofDeadline, ['user', userKey, key]]
}
