import { describeStorePromises } from '@mako-session/store-promises'
import { provideRedis, RedisCluster } from '@mako-session/test-servers'
import { afterAll } from 'vitest'

const module = new URL('./promises-worker.ts', import.meta.url)
const server = await provideRedis()
const cluster = await RedisCluster.start()
afterAll(() => Promise.all([server.stop(), cluster.stop()]))

describeStorePromises(
  'RedisStore',
  {
    module,
    namespace: 'promises:',
    arg: JSON.stringify({ url: server.url }),
  },
  'long',
)
describeStorePromises(
  'RedisStore on a Cluster',
  {
    module,
    namespace: 'promises:',
    arg: JSON.stringify({ url: cluster.masters[0]?.server.url, isCluster: true }),
  },
  'long',
)
