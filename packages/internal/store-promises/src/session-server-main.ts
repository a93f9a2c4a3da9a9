import { EventEmitter, once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { SessionManager } from '@mako-session/core'
import { sessionMiddleware } from '@mako-session/core/node'
import { patience } from './patience.ts'
import { perform } from './session-act.ts'

const [module = '', namespace = '', arg = '', now = ''] = process.argv.slice(2)
const { openStore } = await import(module)
const sessions = new SessionManager({
  store: await openStore(namespace, arg),
  secrets: 'the secret that all servers of a test share',
  cookie: { secure: false },
  storeTimeout: patience,
  // The clocks of all servers stand still at one time, so that no session times out on a slow machine.
  clock: () => Number(now),
})
const withSession = sessionMiddleware(sessions)
const gates = new EventEmitter().setMaxListeners(0)
const reached = new Set<string>()

const server = createServer((request, response) => {
  answer(request, response).catch((error: unknown) => {
    response.statusCode = 500
    response.end(String(error))
  })
})
// Idle connections stay open, so that none is closed while a request is on its way.
server.keepAliveTimeout = 0
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
process.once('disconnect', () => process.exit())

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, first = '', gate = ''] = request.url?.split('/') ?? []
  if (first === 'reached') {
    if (!reached.has(gate)) await once(gates, `reached ${gate}`)
    response.end()
  } else if (first === 'open') {
    gates.emit(`open ${gate}`)
    response.end()
  } else {
    await actOnSession(request, response, first)
  }
}

async function actOnSession(
  request: IncomingMessage,
  response: ServerResponse,
  gate: string,
): Promise<void> {
  if (!(await withSession(request, response))) return
  const session = sessions.of(request)
  const acts = JSON.parse(await text(request))
  if (gate !== '') {
    const opened = once(gates, `open ${gate}`)
    reached.add(gate)
    gates.emit(`reached ${gate}`)
    await opened
  }
  const results: unknown[] = []
  for (const act of acts) results.push((await perform(session, act)) ?? null)
  response.end(JSON.stringify(results))
}
