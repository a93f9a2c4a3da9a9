/** What a statement is given in the place of a question mark. */
export type SqlValue = string | number | Buffer | null

/** A database: its dialect, and how to run a statement there. */
export interface Database {
  /** The statements for a table of that name; those of `gc` are about `batch` records at once. */
  statements(table: string, batch: number): Statements
  /** Runs a statement that reads; resolves the columns of each row, in order. */
  query(statement: string, values: readonly SqlValue[]): Promise<readonly (readonly unknown[])[]>
  /**
   * Runs a statement that writes, as a transaction of its own; resolves how many rows it wrote: 0 where
   * it would have been a second row with the same key.
   */
  execute(statement: string, values: readonly SqlValue[]): Promise<number>
  /** What makes the table unfit for sessions, and what to do; `undefined` where it is fit. */
  findFault(table: string): Promise<string | undefined>
  /** Whether the database undid the statement because of others, so that it may be run again at once. */
  isDeadlock(error: unknown): boolean
}

/**
 * The statements of a store, with a question mark for each value. Keys, versions and users are bytes,
 * times are milliseconds by the clock of the database.
 */
export interface Statements {
  /** Makes the table unless it is there. */
  readonly createTable: string
  /** Given key; version and payload of the live record. */
  readonly read: string
  /** Given key, version, user, payload, ttl. */
  readonly create: string
  /** Given version, user, payload, ttl, key, expected version. */
  readonly update: string
  /** Given key. */
  readonly delete: string
  /** Given user; the keys of live records. */
  readonly findByUser: string
  /** Given a time; key and deadline of a batch of those that are over since then, oldest first. */
  readonly findOver: string
  /** Given the keys of a batch; removes those that are over. */
  readonly deleteOver: string
}
