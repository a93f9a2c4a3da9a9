import { once } from 'node:events'
import { createServer } from 'node:net'

/** Below the ports that systems give to connections and to servers that ask for any port. */
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
    return false // In use, or not ours to use.
  }
  server.close()
  await once(server, 'close')
  return true
}
