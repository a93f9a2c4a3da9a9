import { once } from 'node:events'
import { createServer } from 'node:net'

/** Below the range from which systems take the ports of connections and of servers that ask for port 0. */
const [lowest, highest] = [20_000, 32_000]

/** A port of loopback that is free, chosen at random. Another process may still take it first. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest))
    if (await isFree(port)) return port
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening')
  } catch {
    return false // The port is in use, or this process may not use it.
  }
  server.close()
  await once(server, 'close')
  return true
}
