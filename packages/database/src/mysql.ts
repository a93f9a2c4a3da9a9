import type { Database, SqlValue, Statements } from './database.ts'
import { checkTableName } from './table-name.ts'

/** The method that the store calls of a pool of `mysql2/promise`. */
export interface MysqlPool {
  execute(options: string | MysqlStatement, values: SqlValue[]): Promise<[unknown, unknown]>
}

/** A statement with its own value for each option that changes how rows look: it wins over the pool's. */
export interface MysqlStatement {
  readonly sql: string
  readonly nestTables: false
  readonly typeCast: (field: unknown, next: () => unknown) => unknown
}

/**
 * MariaDB (10.5 or newer) or MySQL (5.7 or newer), by a pool that `createPool` of `mysql2/promise` made with
 * a database selected. The store never closes the pool.
 *
 * @throws {TypeError} when `pool` is something else, also when it is a pool of `mysql2` with callbacks.
 */
export function mysql(pool: MysqlPool): Database {
  if (typeof pool?.execute !== 'function') {
    throw new TypeError("pool must be what createPool of 'mysql2/promise' returns")
  }
  if ('promise' in pool) {
    throw new TypeError(
      "pool is of 'mysql2', with callbacks: import createPool from 'mysql2/promise'",
    )
  }
  const isShaped = hasRowOptions(pool)
  const run = async (sql: string, values: readonly SqlValue[]) => {
    const [result] = await pool.execute(isShaped ? { ...rowShape, sql } : sql, [...values])
    return result
  }
  const query: Database['query'] = async (sql, values) =>
    ((await run(sql, values)) as object[]).map((row) => Object.values(row))
  return {
    statements,
    query,
    async execute(sql, values) {
      try {
        const result = (await run(sql, values)) as { affectedRows: number; serverStatus: number }
        if (result.serverStatus & inTransaction) throw new Error(notCommitted)
        return result.affectedRows
      } catch (error) {
        if (hasNumber(error, duplicateEntry)) return 0
        throw error
      }
    },
    async findFault(table) {
      const rows = await query(describeStatement, [table, table])
      const fault = faultOf(rows.map(([name, type, key, engine]) => ({ name, type, key, engine })))
      if (fault !== undefined) return `${fault}. ${howToMakeIt}`
      return Number(rows[0]?.[4]) === 1 ? undefined : autocommitOff
    },
    isDeadlock: (error) => hasNumber(error, deadlock),
  }
}

/**
 * The statement that makes the table, for projects that keep such statements in migrations. It does nothing
 * where the table exists.
 *
 * @throws {TypeError} when `table` is not a plain word.
 */
export function createTableStatement(table = 'mako_sessions'): string {
  checkTableName(table)
  return statements(table, 1).createTable
}

// Numbers of errors, the same in MariaDB and MySQL: https://mariadb.com/docs/server/reference/error-codes
const duplicateEntry = 1062
const deadlock = 1213

// The flag SERVER_STATUS_IN_TRANS: the write is not committed yet, and may be rolled back.
const inTransaction = 1
const notCommitted =
  'The write is not committed: the connection has autocommit off, or other code gave it back to the ' +
  'pool within a transaction. Leave autocommit on, and end transactions before a connection is released'

const howToMakeIt =
  'Make it with createTable(), or with the statement that createTableStatement() gives'
const autocommitOff = 'autocommit is off, so nothing would be committed. Leave it on for the pool'

/** Whether options of the pool may change how rows look. If not, statements need no options, which is faster. */
function hasRowOptions(pool: MysqlPool & { pool?: CorePool }): boolean {
  const options = pool.pool?.config?.connectionConfig
  return options?.typeCast !== true || Boolean(options.nestTables)
}

/** Where a pool of mysql2 keeps its options. It is not documented; without it {@link hasRowOptions} is true. */
interface CorePool {
  readonly config?: { readonly connectionConfig?: Readonly<Record<string, unknown>> }
}

// typeCast: true does not override a typeCast function of the pool; only another function does.
const rowShape = {
  nestTables: false,
  typeCast: (_: unknown, next: () => unknown) => next(),
} as const

// Milliseconds since 1970. Not UNIX_TIMESTAMP(NOW(3)): it repeats an hour when the connection's time zone sets
// its clocks back in autumn.
const now = "(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(3)) DIV 1000)"

const columns = {
  session_key: 'binary(16)',
  version: 'binary(22)',
  user_key: 'binary(32)',
  payload: 'longblob',
  expires_at: 'bigint unsigned',
}

// Without this, the database may use the index on expires_at, or scan a small table, and then lock the rows
// of other sessions too.
const byKey = 'FORCE INDEX (PRIMARY)'

// Filter both tables by name. A join on table_name ignores case and would match `Sessions` with `sessions`.
const describeStatement = `SELECT column_name, column_type, column_key, engine, @@autocommit
  FROM information_schema.columns AS c JOIN information_schema.tables AS t USING (table_schema)
  WHERE table_schema = DATABASE() AND c.table_name = ? AND t.table_name = ?`

function statements(name: string, batch: number): Statements {
  const table = `\`${name}\``
  return {
    createTable: `CREATE TABLE IF NOT EXISTS ${table} (
  session_key ${columns.session_key} NOT NULL PRIMARY KEY,
  version ${columns.version} NOT NULL,
  user_key ${columns.user_key},
  payload ${columns.payload} NOT NULL,
  expires_at ${columns.expires_at} NOT NULL,
  INDEX (user_key),
  INDEX (expires_at)
) ENGINE=InnoDB`,
    read: `SELECT version, payload FROM ${table} WHERE session_key = ? AND expires_at > ${now}`,
    create: `INSERT INTO ${table} (session_key, version, user_key, payload, expires_at)
  VALUES (?, ?, ?, ?, ${now} + ?)`,
    update: `UPDATE ${table} ${byKey} SET version = ?, user_key = ?, payload = ?, expires_at = ${now} + ?
  WHERE session_key = ? AND version = ? AND expires_at > ${now}`,
    delete: `DELETE FROM ${table} WHERE session_key = ?`,
    findByUser: `SELECT session_key FROM ${table} WHERE user_key = ? AND expires_at > ${now}`,
    findOver: `SELECT session_key, expires_at FROM ${table}
  WHERE expires_at >= CAST(? AS UNSIGNED) AND expires_at <= ${now} ORDER BY expires_at LIMIT ${batch}`,
    deleteOver: `DELETE ${table} FROM ${table} ${byKey}
  WHERE session_key IN (${Array(batch).fill('?').join(', ')}) AND expires_at <= ${now}`,
  }
}

interface Column {
  readonly name: unknown
  readonly type: unknown
  readonly key: unknown
  readonly engine: unknown
}

function faultOf(found: readonly Column[]): string | undefined {
  const [first] = found
  if (!first) return 'it does not exist in the database that the pool has selected'
  if (first.engine !== 'InnoDB') return `its engine is ${first.engine}, not InnoDB`
  for (const [name, expected] of Object.entries(columns)) {
    const column = found.find((it) => it.name === name)
    if (!column) return `it has no column ${name}`
    // MariaDB reports bigint(20) unsigned, and MySQL 8 bigint unsigned.
    const type = String(column.type).replace('bigint(20)', 'bigint')
    if (type !== expected) return `its column ${name} is ${type}, not ${expected}`
  }
  const primary = found.filter(({ key }) => key === 'PRI').map(({ name }) => name)
  if (String(primary) !== 'session_key') return 'its primary key is not session_key'
  for (const name of ['user_key', 'expires_at']) {
    // MUL is an index that takes a value several times. With UNI, a user could have one session only.
    if (found.find((it) => it.name === name)?.key !== 'MUL') {
      return `it has no index on ${name} that takes a value twice`
    }
  }
  return undefined
}

function hasNumber(error: unknown, number: number): boolean {
  return error instanceof Error && 'errno' in error && error.errno === number
}
