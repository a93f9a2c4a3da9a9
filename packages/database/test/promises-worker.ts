import { createPool } from 'mysql2/promise'
import { DatabaseStore, mysql } from '../src/index.ts'

export async function openStore(table: string, url: string): Promise<DatabaseStore> {
  const store = new DatabaseStore(mysql(createPool(url)), { table })
  await store.createTable()
  return store
}
