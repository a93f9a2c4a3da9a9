import { describeStorePromises } from '@mako-session/store-promises'
import { provideMariaDb } from '@mako-session/test-servers'
import { afterAll } from 'vitest'

const server = await provideMariaDb()
afterAll(() => server.stop())

describeStorePromises(
  'DatabaseStore',
  {
    module: new URL('./promises-worker.ts', import.meta.url),
    namespace: 'mako_promises',
    arg: server.url,
  },
  'long',
)
