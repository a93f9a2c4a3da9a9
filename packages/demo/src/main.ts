import { once } from 'node:events'
import { createDemoServer } from './demo-server.ts'
import { keptSecret } from './kept-secret.ts'
import { readSettings } from './settings.ts'

const host = '127.0.0.1'
/** How long requests under way may take when the demo is stopped. */
const graceMs = 2_000

try {
  await start()
} catch (error) {
  console.error(`The demo cannot start: ${explain(error)}`)
  process.exitCode = 1
}

async function start(): Promise<void> {
  const settings = readSettings(process.env)
  const { port, directory } = settings
  const secret = settings.secret ?? (await keptSecret(`${directory}.secret`))
  const server = createDemoServer({ directory, secret })
  const stop = () => {
    server.close()
    setTimeout(() => server.closeAllConnections(), graceMs).unref()
  }
  await once(server.listen(port, host), 'listening')
  process.on('SIGINT', stop).on('SIGTERM', stop)
  const address = server.address()
  const openPort = typeof address === 'object' ? address?.port : port
  console.log(`The mako-session demo is at http://${host}:${openPort}`)
  console.log(`It keeps its sessions in ${directory}`)
  console.log('Ctrl-C stops it.')
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (!('code' in error) || error.code !== 'EADDRINUSE') return error.message
  return `port ${'port' in error ? error.port : ''} is in use. Set PORT to another one, or to 0 for any that is free.`
}
