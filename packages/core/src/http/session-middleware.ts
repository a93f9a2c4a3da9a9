import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import type { AnySession } from '../session.ts'
import { SessionError } from '../session-error.ts'
import type { AnySessionManager } from '../session-manager.ts'
import { neverStored, varyByCookie } from './caching-headers.ts'
import { holdResponse } from './held-response.ts'
import { type HeaderLookup, isBackgroundRequest } from './request-kind.ts'
import { appendHeader } from './response-head.ts'
import { warnIfInsecure } from './warn-if-insecure.ts'

/** Goes on with the request, or with its error. */
export type Next = (error?: unknown) => void

/**
 * Middleware in the form `(request, response, next)`, for Express, Connect, Polka or bare
 * `node:http`. It loads the session before `next()` is called and stores it before the first byte of
 * the response leaves; in between, `sessions.of(request)` is the session.
 *
 * An error of the store goes to `next(error)`, either before the route runs or after it. After it,
 * nothing of the route's response was sent, and the error handler answers instead. Without a `next` the
 * answer is a plain 503 (500 or 409 where the error has that status).
 *
 * The changes of a request are dropped when its response has a status of 500 or more. Only a
 * `destroy()` is then carried out.
 *
 * The promise resolves whether a session was loaded. It rejects with what `next()` throws.
 */
export function sessionMiddleware(
  sessions: AnySessionManager,
): (request: IncomingMessage, response: ServerResponse, next?: Next) => Promise<boolean> {
  return async (request, response, next) => {
    const fail = (error: unknown) => {
      // An application that was streaming may call write() again before the error handler answers: that
      // must not go out with status 200.
      response.statusCode = error instanceof SessionError ? error.status : 500
      if (next) next(error)
      else answerPlainly(response)
    }
    let session: AnySession
    try {
      session = await sessions.load(request.headers.cookie, {
        background: isBackgroundRequest(request.method, headersOf(request)),
        request,
      })
    } catch (error) {
      fail(error)
      return false
    }
    holdResponse(response, {
      open: () => {
        setHeader(response, 'Vary', varyByCookie)
        return sessions.end(session, { failed: response.statusCode >= 500 })
      },
      onOpened: (setCookie) => {
        if (setCookie !== undefined)
          giveCookie(request, response, setCookie, sessions.isCookieSecure)
      },
      onFailed: fail,
    })
    next?.()
    return true
  }
}

function giveCookie(
  request: IncomingMessage,
  response: ServerResponse,
  setCookie: string,
  isSecure: boolean,
): void {
  appendHeader(response, 'Set-Cookie', setCookie)
  setHeader(response, 'Cache-Control', neverStored)
  if (!isSecure) return
  const isEncrypted = 'encrypted' in request.socket
  warnIfInsecure(isEncrypted, request.headers.host ?? '', headersOf(request))
}

function setHeader(
  response: ServerResponse,
  name: string,
  change: (value: string) => string,
): void {
  response.setHeader(name, change(String(response.getHeader(name) ?? '')))
}

function headersOf(request: IncomingMessage): HeaderLookup {
  return (name) => {
    const value = request.headers[name]
    return Array.isArray(value) ? value[0] : value
  }
}

function answerPlainly(response: ServerResponse): void {
  if (response.headersSent) return void response.destroy()
  const { statusCode } = response
  response.setHeader('Content-Type', 'text/plain; charset=utf-8')
  response.end(`${statusCode} ${STATUS_CODES[statusCode]}\n`)
}
