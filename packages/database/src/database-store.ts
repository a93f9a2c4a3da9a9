import { setTimeout as pause } from 'node:timers/promises'
import {
  checkOptionNames,
  checkStoreArguments,
  type SessionToStore,
  type Store,
  type StoredSession,
  type UserIndex,
} from '@mako-session/core'
import type { Database, SqlValue, Statements } from './database.ts'
import { checkTableName } from './table-name.ts'

/** Options of {@link DatabaseStore}. */
export interface DatabaseStoreOptions {
  /**
   * The table to keep sessions in: letters, digits and underscores.
   * @default 'mako_sessions'
   */
  readonly table?: string
}

const gcBatch = 100
/** After each batch, gc pauses for so many times as long as the batch took, so that requests go first. */
const gcRest = 5
const longestRestMs = 500
const deadlockRetries = 3
const longestPauseMs = 50

/**
 * Keeps each session in a row of a table. A call is one prepared statement and one round trip, and no
 * transaction stays open after it. Before the first call, the store checks the table.
 */
export class DatabaseStore implements Store, UserIndex {
  readonly #database: Database
  readonly #table: string
  readonly #statements: Statements
  #checked: Promise<void> | undefined

  /**
   * `database` is what {@link mysql} returns.
   *
   * @throws {TypeError} when `database` is something else, when `table` is not a plain word of at most 64
   * characters, and for an option that is misspelt.
   */
  constructor(database: Database, options: DatabaseStoreOptions = {}) {
    if (typeof database?.statements !== 'function') {
      throw new TypeError('database must be what mysql(pool) returns')
    }
    checkOptionNames('DatabaseStore', options, ['table'])
    const { table = 'mako_sessions' } = options
    checkTableName(table)
    this.#database = database
    this.#table = table
    this.#statements = database.statements(table, gcBatch)
  }

  /** Makes the table unless it exists. Only this call needs the right to create tables. */
  async createTable(): Promise<void> {
    await this.#database.execute(this.#statements.createTable, [])
  }

  async read(key: string): Promise<StoredSession | undefined> {
    checkStoreArguments({ key })
    await this.#whenChecked()
    const [row] = await this.#database.query(this.#statements.read, [bytes(key)])
    if (!row) return undefined
    const [version, payload] = row as Buffer[]
    return { version: String(version), payload: String(payload) }
  }

  async create(key: string, session: SessionToStore): Promise<boolean> {
    checkStoreArguments({ key, session })
    return (await this.#write(this.#statements.create, [bytes(key), ...valuesOf(session)])) === 1
  }

  async update(key: string, expectedVersion: string, session: SessionToStore): Promise<boolean> {
    checkStoreArguments({ key, expectedVersion, session })
    const values = [...valuesOf(session), bytes(key), Buffer.from(expectedVersion)]
    return (await this.#write(this.#statements.update, values)) === 1
  }

  async delete(key: string): Promise<void> {
    checkStoreArguments({ key })
    await this.#write(this.#statements.delete, [bytes(key)])
  }

  async gc(signal?: AbortSignal): Promise<number> {
    await this.#whenChecked()
    const { findOver, deleteOver } = this.#statements
    let removed = 0
    // A batch starts where the one before ended: rows that were just removed may still be in the index, and
    // the database would look at each of them again.
    let since = 0
    while (!signal?.aborted) {
      const startedAt = performance.now()
      const rows = await this.#database.query(findOver, [since])
      const last = rows.at(-1)
      if (!last) break
      // A smaller batch repeats its last key, so that one prepared statement serves batches of every size.
      const keys = Array.from({ length: gcBatch }, (_, index) => (rows[index] ?? last)[0] as Buffer)
      removed += await this.#write(deleteOver, keys)
      if (rows.length < gcBatch) break
      since = Number(last[1])
      const restMs = gcRest * (performance.now() - startedAt)
      await pause(Math.min(restMs, longestRestMs))
    }
    return removed
  }

  async findByUser(userKey: string): Promise<readonly string[]> {
    checkStoreArguments({ userKey })
    await this.#whenChecked()
    const rows = await this.#database.query(this.#statements.findByUser, [bytes(userKey)])
    return rows.map(([key]) => (key as Buffer).toString('hex'))
  }

  async #write(statement: string, values: readonly SqlValue[]): Promise<number> {
    await this.#whenChecked()
    for (let retries = 0; ; retries += 1) {
      try {
        return await this.#database.execute(statement, values)
      } catch (error) {
        if (!this.#database.isDeadlock(error) || retries === deadlockRetries) throw error
        await pause(Math.random() * longestPauseMs)
      }
    }
  }

  /** The table is checked once. After a check that failed, the next call checks again. */
  #whenChecked(): Promise<void> {
    this.#checked ??= this.#check().catch((error: unknown) => {
      this.#checked = undefined
      throw error
    })
    return this.#checked
  }

  async #check(): Promise<void> {
    const fault = await this.#database.findFault(this.#table)
    if (fault === undefined) return
    throw new Error(`The table ${this.#table} cannot keep sessions: ${fault}.`)
  }
}

function bytes(hex: string): Buffer {
  return Buffer.from(hex, 'hex')
}

function valuesOf({ version, userKey, payload, ttl }: SessionToStore): SqlValue[] {
  const user = userKey === undefined ? null : bytes(userKey)
  return [Buffer.from(version), user, Buffer.from(payload), ttl * 1_000]
}
