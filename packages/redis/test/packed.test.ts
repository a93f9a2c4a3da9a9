import { describePackedStore } from '@mako-session/packed/store'
import { startRedis } from '@mako-session/test-servers'

describePackedStore({
  name: 'redis',
  driver: 'ioredis',
  readme: new URL('../README.md', import.meta.url),
  exampleUrl: 'redis://localhost:6379',
  startServer: startRedis,
})
