import { describeStoreOutages } from '@mako-session/store-promises/outages'
import { startRedis } from '@mako-session/test-servers'
import { Redis } from 'ioredis'
import { RedisStore } from '../src/index.ts'

describeStoreOutages('RedisStore', {
  startServer: startRedis,
  async openStore(port, storeTimeout) {
    const redis = new Redis({
      port,
      enableAutoPipelining: true,
      // A command whose reply was lost is not sent again; only the time limit rejects it.
      autoResendUnfulfilledCommands: false,
      commandTimeout: storeTimeout * 400,
      retryStrategy: (tries) => Math.min(tries * 50, 1_000),
    })
    // Without a listener, ioredis prints each failed connection.
    redis.on('error', () => {})
    return { store: new RedisStore(redis), close: () => redis.disconnect() }
  },
})
