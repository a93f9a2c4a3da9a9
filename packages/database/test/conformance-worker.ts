import type { DatabaseStore } from '../src/index.ts'
import { openNamespace } from './database-subject.ts'

export async function openStore(namespace: string, area: string): Promise<DatabaseStore> {
  return (await openNamespace(JSON.parse(area), namespace)).store
}
