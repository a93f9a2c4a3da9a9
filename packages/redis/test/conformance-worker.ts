import type { Cluster, Redis } from 'ioredis'
import type { RedisStore } from '../src/index.ts'
import { openClient } from './redis-subject.ts'

let client: Redis | Cluster | undefined

export function openStore(namespace: string, area: string): RedisStore {
  const { redis, construct } = openClient(JSON.parse(area), namespace)
  client = redis
  return construct()
}

export function closeClient(): void {
  client?.disconnect()
}
