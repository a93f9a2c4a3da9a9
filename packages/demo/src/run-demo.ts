import { once } from 'node:events'
import { createDemoServer } from './demo-server.ts'
import { keptSecret } from './kept-secret.ts'
import { openSessions } from './kept-sessions.ts'
import { readSettings } from './settings.ts'

const host = '127.0.0.1'

/** Serves the demo until the process gets SIGINT or SIGTERM. If it cannot start, it prints the reason. */
export async function runDemo(environment: NodeJS.ProcessEnv): Promise<void> {
  try {
    await serve(environment)
  } catch (error) {
    console.error(`The demo cannot start: ${explain(error)}`)
    process.exitCode = 1
  }
}

async function serve(environment: NodeJS.ProcessEnv): Promise<void> {
  const settings = readSettings(environment)
  const secret = settings.secret ?? (await keptSecret(`${settings.directory}.secret`))
  const { store, place, close } = await openSessions(settings)
  try {
    const server = createDemoServer({ store, secret })
    const stop = () => {
      server.close()
      setTimeout(() => server.closeAllConnections(), settings.stopGrace * 1_000).unref()
    }
    await once(server.listen(settings.port, host), 'listening')
    process.on('SIGINT', stop).on('SIGTERM', stop)
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : settings.port
    console.log(`The mako-session demo is at http://${host}:${port}`)
    console.log(`It keeps its sessions in ${place}`)
    console.log('Ctrl-C stops it.')
    await once(server, 'close')
  } finally {
    await close()
  }
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (!('code' in error) || error.code !== 'EADDRINUSE') return error.message
  return `port ${'port' in error ? error.port : ''} is in use. Set PORT to another one, or to 0 for any that is free.`
}
