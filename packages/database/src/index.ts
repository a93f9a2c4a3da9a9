export type { Database, SqlValue, Statements } from './database.ts'
export { DatabaseStore, type DatabaseStoreOptions } from './database-store.ts'
export { createTableStatement, type MysqlPool, mysql } from './mysql.ts'
