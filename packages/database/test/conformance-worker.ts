import type { Pool } from 'mysql2/promise'
import type { DatabaseStore } from '../src/index.ts'
import { openClient } from './database-subject.ts'

let client: Pool | undefined

export async function openStore(namespace: string, area: string): Promise<DatabaseStore> {
  const { pool, construct } = await openClient(JSON.parse(area), namespace)
  client = pool
  return construct()
}

export async function closeClient(): Promise<void> {
  await client?.end()
}
