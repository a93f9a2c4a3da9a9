import type { RequestFacts } from '../request/request-facts.ts'

const forwardedHeaders = ['x-forwarded-proto', 'forwarded']

let hasWarned = false

/**
 * Warns, once in a process, when the session cookie goes out over plain HTTP with the attribute
 * Secure: browsers drop it, and no visitor stays signed in.
 */
export function warnIfInsecure(request: RequestFacts): void {
  if (hasWarned || request.isEncrypted) return
  const { host } = request
  const isForwarded = forwardedHeaders.some((name) => request.header(name) !== undefined)
  if (isForwarded || isLocal(host)) return
  hasWarned = true
  process.emitWarning(
    `The session cookie is marked Secure, but ${JSON.stringify(host)} was reached over plain HTTP, where browsers drop it. Serve HTTPS; behind a proxy that does, let it send X-Forwarded-Proto; or, on a network that you trust, set cookie: { secure: false }.`,
    { type: 'MakoSessionWarning', code: 'MAKO_SESSION_INSECURE' },
  )
}

/** The hosts that browsers trust without encryption. */
function isLocal(host: string): boolean {
  return /^(.+\.)?localhost(:\d+)?$|^127(\.\d+){3}(:\d+)?$|^\[::1\](:\d+)?$/i.test(host)
}
