import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import type { RequestFacts } from '../request/request-facts.ts'
import { responseFacts } from '../request/response-facts.ts'
import type { AnySession } from '../session.ts'
import { SessionError } from '../session-error.ts'
import type { AnySessionManager } from '../session-manager.ts'
import { neverStored, varyByCookie } from './caching-headers.ts'
import { holdResponse } from './held-response.ts'
import { appendHeader } from './response-head.ts'
import { warnIfInsecure } from './warn-if-insecure.ts'

/** Goes on with the request, or with its error. */
export type Next = (error?: unknown) => void

/**
 * Middleware in the form `(request, response, next)`, for Express, Connect, Polka or bare
 * `node:http`. It loads the session before `next()` is called and stores it before the first byte of
 * the response leaves; in between, `sessions.of(request)` is the session.
 *
 * An error of the session goes to `next(error)`, either before the route runs or after it. After it,
 * nothing of the route's response was sent, and the error handler answers instead. Without a `next` the
 * answer is a plain 503 (500 or 409 where the error has that status). With a 409
 * `ERR_SESSION_SUPERSEDED` the response has `Retry-After: 1`, because the page works when it is loaded
 * again. An error handler that answers with another status may remove that header.
 *
 * A response with a status of 500 or more stores nothing but a `destroy()`. What is to be kept all the
 * same is stored by `await sessions.commit(session)` before.
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
      if (isSuperseded(error)) response.setHeader('Retry-After', '1')
      if (next) next(error)
      else answerPlainly(response)
    }
    const facts = requestFacts(request)
    let session: AnySession
    try {
      session = await sessions.load(request.headers.cookie, {
        request: facts,
        requestObject: request,
      })
    } catch (error) {
      fail(error)
      return false
    }
    holdResponse(response, {
      open: () => {
        setHeader(response, 'Vary', varyByCookie)
        return sessions.end(
          session,
          responseFacts(response.statusCode, (name) => response.getHeader(name)),
        )
      },
      onOpened: (setCookie) => {
        if (setCookie === undefined) return
        giveCookie(response, setCookie)
        if (sessions.isCookieSecure) warnIfInsecure(facts)
      },
      onFailed: fail,
    })
    next?.()
    return true
  }
}

function giveCookie(response: ServerResponse, setCookie: string): void {
  appendHeader(response, 'Set-Cookie', setCookie)
  setHeader(response, 'Cache-Control', neverStored)
}

function setHeader(
  response: ServerResponse,
  name: string,
  change: (value: string) => string,
): void {
  response.setHeader(name, change(String(response.getHeader(name) ?? '')))
}

function requestFacts({ method = 'GET', headers, socket }: IncomingMessage): RequestFacts {
  return {
    method,
    isEncrypted: Reflect.get(Object(socket), 'encrypted') === true,
    host: oneOf(headers[':authority']) ?? headers.host ?? '', // HTTP/2 has no Host header.
    header: (name) => oneOf(headers[name]),
  }
}

function isSuperseded(error: unknown): boolean {
  return error instanceof SessionError && error.code === 'ERR_SESSION_SUPERSEDED'
}

function oneOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value
}

function answerPlainly(response: ServerResponse): void {
  if (response.headersSent) return void response.destroy()
  const { statusCode } = response
  response.setHeader('Content-Type', 'text/plain; charset=utf-8')
  response.end(`${statusCode} ${STATUS_CODES[statusCode]}\n`)
}
