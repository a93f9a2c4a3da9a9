export type { Database, SqlValue, Statements } from './database.ts'
export { DatabaseStore, type DatabaseStoreOptions } from './database-store.ts'
export { createTableStatement, type MysqlPool, type MysqlStatement, mysql } from './mysql.ts'
