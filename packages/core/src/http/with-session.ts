import type { RequestFacts } from '../request/request-facts.ts'
import { responseFacts } from '../request/response-facts.ts'
import type { AnySession, Session } from '../session.ts'
import type { AnySessionManager, SessionManager } from '../session-manager.ts'
import { neverStored, varyByCookie } from './caching-headers.ts'
import { warnIfInsecure } from './warn-if-insecure.ts'

/**
 * Wraps a handler of `Request` and `Response`: it gets the session, which is stored before the
 * response is handed on. Further arguments are passed through.
 *
 * When the handler throws, or responds with a status of 500 or more, nothing is stored but a
 * `destroy()`. What is to be kept all the same is stored by `await sessions.commit(session)` before.
 *
 * Rejects with a `SessionError` when the session cannot be loaded or stored, before the handler runs or after it. After it,
 * the response of the handler is dropped. Answer with the `status` of the error, and where its `code` is
 * `ERR_SESSION_SUPERSEDED` (409) also with the header `Retry-After: 1`.
 */
export function withSession<
  Data extends object,
  Flash extends object,
  Rest extends readonly unknown[],
>(
  sessions: SessionManager<Data, Flash>,
  handler: (
    request: Request,
    session: Session<Data, Flash>,
    ...rest: Rest
  ) => Response | Promise<Response>,
): (request: Request, ...rest: Rest) => Promise<Response> {
  return async (request, ...rest) => {
    const facts = requestFacts(request)
    const session = await sessions.load(facts.header('cookie'), {
      request: facts,
      requestObject: request,
    })
    const response = await handled(() => handler(request, session, ...rest), sessions, session)
    const setCookie = await stored(sessions, session, response)
    if (setCookie !== undefined && sessions.isCookieSecure) warnIfInsecure(facts)
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
    await sessions.end(session, { status: 500 })
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
    const { status, headers } = response
    return await sessions.end(
      session,
      responseFacts(status, (name) => headers.get(name)),
    )
  } catch (error) {
    // A body that other code is reading cannot be cancelled. The error of the store matters more.
    response.body?.cancel(error).catch(() => {})
    throw error
  }
}

function requestFacts(request: Request): RequestFacts {
  return {
    method: request.method,
    // Few requests need these two, and to parse the address takes time.
    get isEncrypted() {
      return new URL(request.url).protocol === 'https:'
    },
    get host() {
      return new URL(request.url).host
    },
    header: (name) => request.headers.get(name) ?? undefined,
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
