import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { SessionManager, type Store } from '@mako-session/core'
import { sessionMiddleware } from '@mako-session/core/node'
import { send } from './answer.ts'
import { assets } from './assets.ts'
import { type DemoData, type DemoFlash, lifetime } from './demo-session.ts'
import { readForm } from './form-body.ts'
import { HttpError } from './http-error.ts'
import { errorPage } from './pages/error.ts'
import type { Handler, Route } from './route.ts'
import { routes } from './routes.ts'

/** Options of {@link createDemoServer}. */
export interface DemoServerOptions {
  readonly store: Store
  /** The application secret, at least 32 bytes. */
  readonly secret: string
}

/** Creates the server of the demo, which does not listen yet. It closes its session manager when it is closed. */
export function createDemoServer({ store, secret }: DemoServerOptions): Server {
  const sessions = new SessionManager<DemoData, DemoFlash>({ store, secrets: secret, ...lifetime })
  const withSession = sessionMiddleware(sessions)

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = ''] = (request.url ?? '').split('?')
    const asset = assets.get(path)
    if (asset) return send(response, asset)
    const handler = handlerOf(routes.get(path), request.method)
    const form = request.method === 'POST' ? await readForm(request) : new URLSearchParams()
    await withSession(request, response, async (error) => {
      try {
        if (error) throw error
        const session = sessions.of(request)
        send(response, await handler({ session, form, isVisit: request.method === 'GET' }))
      } catch (cause) {
        fail(response, cause)
      }
    })
  }

  const server = createServer({ requestTimeout: 30_000 }, (request, response) => {
    answer(request, response).catch((error) => fail(response, error))
  })
  return server.on('close', () => sessions.close())
}

function handlerOf(route: Route | undefined, method = ''): Handler {
  if (!route) throw new HttpError(404, 'There is no such page.')
  const handlers = new Map(Object.entries(route))
  const handler = handlers.get(method === 'HEAD' ? 'GET' : method)
  if (handler) return handler
  const allowed = [...handlers.keys(), ...(handlers.has('GET') ? ['HEAD'] : [])].join(', ')
  throw new HttpError(405, `This address takes ${allowed} only.`, { Allow: allowed })
}

function fail(response: ServerResponse, error: unknown): void {
  if (response.destroyed) return // The browser closed the connection: no answer can reach it.
  const answer = errorPage(error)
  if (answer.status >= 500) console.error(error)
  send(response, answer)
}
