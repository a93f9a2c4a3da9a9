import type { Cluster, Redis } from 'ioredis'
import type { RedisStore } from '../src/index.ts'
import { openClient } from './redis-subject.ts'

let client: Redis | Cluster | undefined

export async function openStore(namespace: string, area: string): Promise<RedisStore> {
  const { redis, construct } = await openClient(JSON.parse(area), namespace)
  client = redis
  return construct()
}

export function closeClient(): void {
  client?.disconnect()
}
