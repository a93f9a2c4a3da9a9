import { createPool } from 'mysql2/promise'
import { DatabaseStore, mysql } from '../src/index.ts'

/** A busy machine may take longer to connect than the ten seconds of the default. */
const hangMs = 600_000

export async function openStore(table: string, url: string): Promise<DatabaseStore> {
  const store = new DatabaseStore(mysql(createPool({ uri: url, connectTimeout: hangMs })), {
    table,
  })
  await store.createTable()
  return store
}
