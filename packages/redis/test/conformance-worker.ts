import type { RedisStore } from '../src/index.ts'
import { openNamespace } from './redis-subject.ts'

export function openStore(namespace: string, area: string): RedisStore {
  return openNamespace(JSON.parse(area), namespace).store
}
