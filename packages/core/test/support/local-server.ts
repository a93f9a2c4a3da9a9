import { once } from 'node:events'
import { Agent, createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** A server on a free port of the loopback interface, which ends with the test. */
export interface LocalServer {
  readonly port: number
  /** Keeps connections alive. All clients of this server share it. */
  readonly agent: Agent
}

export async function listen(listener: RequestListener): Promise<LocalServer> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  // No connection is closed while the next request may be on its way.
  server.keepAliveTimeout = 0
  const agent = new Agent({ keepAlive: true, maxSockets: 50 })
  onTestFinished(async () => {
    agent.destroy()
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { port, agent }
}
