import type { AnySession, Session } from '../session.ts'
import type { AnySessionManager, SessionManager } from '../session-manager.ts'
import { neverStored, varyByCookie } from './caching-headers.ts'
import { isBackgroundRequest } from './request-kind.ts'
import { warnIfInsecure } from './warn-if-insecure.ts'

/**
 * Wraps a handler of `Request` and `Response`: it gets the session, which is stored before the
 * response is handed on. Further arguments are passed through.
 *
 * The changes of a request are dropped when the handler throws or responds with a status of 500 or more.
 * Only a `destroy()` is then carried out.
 *
 * Rejects with a `SessionError` when the store fails, before the handler runs or after it. After it,
 * the response of the handler is dropped. Answer with the `status` of the error.
 */
export function withSession<Data extends object, Rest extends readonly unknown[]>(
  sessions: SessionManager<Data>,
  handler: (
    request: Request,
    session: Session<Data>,
    ...rest: Rest
  ) => Response | Promise<Response>,
): (request: Request, ...rest: Rest) => Promise<Response> {
  return async (request, ...rest) => {
    const header = (name: string) => request.headers.get(name)
    const background = isBackgroundRequest(request.method, header)
    const session = await sessions.load(header('cookie'), { background, request })
    const response = await handled(() => handler(request, session, ...rest), sessions, session)
    const setCookie = await stored(sessions, session, response)
    if (setCookie !== undefined && sessions.isCookieSecure) {
      const { protocol, host } = new URL(request.url)
      warnIfInsecure(protocol === 'https:', host, header)
    }
    return withHeaders(response, setCookie)
  }
}

/** Runs the handler. What it throws is passed on, after a `destroy()` that came before it. */
async function handled(
  run: () => Response | Promise<Response>,
  sessions: AnySessionManager,
  session: AnySession,
): Promise<Response> {
  try {
    return await run()
  } catch (error) {
    await sessions.end(session, { failed: true })
    throw error
  }
}

/** The last commit. Where it fails the response is dropped, and the source of its body closed. */
async function stored(
  sessions: AnySessionManager,
  session: AnySession,
  response: Response,
): Promise<string | undefined> {
  try {
    return await sessions.end(session, { failed: response.status >= 500 })
  } catch (error) {
    // A body that other code is reading cannot be cancelled. The error of the store matters more.
    response.body?.cancel(error).catch(() => {})
    throw error
  }
}

function withHeaders(response: Response, setCookie: string | undefined): Response {
  try {
    setHeaders(response.headers, setCookie)
    return response
  } catch (error) {
    // The headers of a redirect or of a fetched response cannot be changed, those of a copy can.
    if (!(error instanceof TypeError)) throw error
    const copy = new Response(response.body, response)
    setHeaders(copy.headers, setCookie)
    return copy
  }
}

function setHeaders(headers: Headers, setCookie: string | undefined): void {
  headers.set('Vary', varyByCookie(headers.get('Vary') ?? ''))
  if (setCookie === undefined) return
  headers.append('Set-Cookie', setCookie)
  headers.set('Cache-Control', neverStored(headers.get('Cache-Control') ?? ''))
}
