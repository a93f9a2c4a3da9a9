import { once } from 'node:events'
import { FileStore } from '@mako-session/file'
import { onTestFinished } from 'vitest'
import { createDemoServer } from '../src/demo-server.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const secret = 'a secret of the tests, 32 bytes at the least'

/** Starts a demo of its own, which ends with the test, and resolves its address. */
export async function startServer(): Promise<string> {
  const server = createDemoServer({ store: new FileStore(temporaryDirectory()), secret })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => {
    server.close().closeAllConnections()
  })
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('The server has no port')
  return `http://127.0.0.1:${address.port}`
}
