import { RedisStore } from '../src/index.ts'
import { connect } from './redis-connection.ts'

export function openStore(prefix: string, connection: string): RedisStore {
  return new RedisStore(connect(JSON.parse(connection)), { prefix })
}
