import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { sessionMiddleware } from '../../src/http/session-middleware.ts'
import type { Session, Store } from '../../src/index.ts'
import { Browser } from '../support/browser.ts'
import { InterceptedStore } from '../support/intercepted-store.ts'
import { type LocalServer, listen } from '../support/local-server.ts'
import { newSessions } from '../support/new-sessions.ts'

export type Handle = (
  response: ServerResponse,
  session: Session,
  request: IncomingMessage,
) => unknown

export type HandleError = (response: ServerResponse, error: unknown) => unknown

/** A bare `node:http` server with the session middleware; with `onError` it has a `next`. */
export function nodeServer(
  store: Store,
  handle: Handle,
  onError?: HandleError,
): Promise<LocalServer> {
  const sessions = newSessions({ store, storeTimeout: 60 })
  const middleware = sessionMiddleware(sessions)
  return listen(async (request, response) => {
    const run = () => handle(response, sessions.of(request), request)
    if (!onError) {
      if (await middleware(request, response)) await run()
      return
    }
    await middleware(request, response, (error) => {
      if (error === undefined) run()
      else onError(response, error)
    })
  })
}

/** A browser of a server that puts a value in each session. The writes of its store take a while. */
export async function slowServer(handle: Handle): Promise<Browser> {
  const store = new InterceptedStore((operation) => operation === 'read' || wait(200))
  const server = await nodeServer(store, (response, session, request) => {
    session.put('a', 1)
    return handle(response, session, request)
  })
  return new Browser(server)
}
