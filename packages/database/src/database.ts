/** A value that takes the place of a question mark in a statement. */
export type SqlValue = string | number | Buffer | null

/** A kind of database: its SQL, and how to run a statement. {@link DatabaseStore} works over it. */
export interface Database {
  /** The statements for the table of that name. Those of `gc` handle `batch` records at once. */
  statements(table: string, batch: number): Statements
  /** Runs a statement that reads; resolves the columns of each row, in order. */
  query(statement: string, values: readonly SqlValue[]): Promise<readonly (readonly unknown[])[]>
  /**
   * Runs a statement that writes, as a transaction of its own. Resolves how many rows it wrote; 0 where it
   * would have inserted a second row with the same key.
   */
  execute(statement: string, values: readonly SqlValue[]): Promise<number>
  /** Looks at the table. Resolves what is wrong and what to do about it; `undefined` if nothing is. */
  findFault(table: string): Promise<string | undefined>
  /** Whether the database undid the statement because of a deadlock, so that it can be run again. */
  isDeadlock(error: unknown): boolean
}

/**
 * The statements of a store, with a question mark for each value. Keys, versions, users and payloads are
 * bytes. Times are milliseconds by the clock of the database.
 */
export interface Statements {
  /** Makes the table unless it exists. */
  readonly createTable: string
  /** Values: key. Row: version and payload of the record, unless its time is over. */
  readonly read: string
  /** Values: key, version, user, payload, ttl. */
  readonly create: string
  /** Values: version, user, payload, ttl, key, expected version. */
  readonly update: string
  /** Values: key. */
  readonly delete: string
  /** Values: user. Rows: the keys of the user's records whose time is not over. */
  readonly findByUser: string
  /** Values: a time. Rows: key and deadline of a batch of records that ended since then, oldest first. */
  readonly findOver: string
  /** Values: the keys of a batch. Removes those whose time is over. */
  readonly deleteOver: string
}
