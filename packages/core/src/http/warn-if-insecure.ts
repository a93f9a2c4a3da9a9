import type { HeaderLookup } from './request-kind.ts'

let hasWarned = false

/**
 * Warns, once in a process, when the session cookie goes out over plain HTTP with the attribute
 * Secure: browsers drop it, and no visitor stays signed in.
 */
export function warnIfInsecure(isEncrypted: boolean, host: string, header: HeaderLookup): void {
  const isForwarded = header('x-forwarded-proto') != null || header('forwarded') != null
  if (hasWarned || isEncrypted || isForwarded || isLocal(host)) return
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
