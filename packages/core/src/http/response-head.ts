import { type ServerResponse, validateHeaderValue } from 'node:http'

/**
 * Sets the status and headers that a call of `writeHead` was given, without sending them, and returns
 * the arguments that send them.
 * @throws what `writeHead` would throw.
 */
export function applyHead(response: ServerResponse, args: readonly unknown[]): readonly unknown[] {
  const [status, reason] = args
  const code = Math.trunc(Number(status))
  if (!(code >= 100 && code <= 999)) {
    const error = new RangeError(`Invalid status code: ${status}`)
    throw Object.assign(error, { code: 'ERR_HTTP_INVALID_STATUS_CODE' })
  }
  response.statusCode = code
  const hasReason = typeof reason === 'string'
  setHeaders(response, hasReason ? args[2] : (args[2] ?? reason))
  if (!hasReason) return [code]
  validateHeaderValue('statusMessage', reason)
  return [code, reason]
}

/** Headers as `writeHead` takes them: an object, a flat list of names and values, or a list of pairs. */
function setHeaders(response: ServerResponse, headers: unknown): void {
  if (!Array.isArray(headers)) {
    for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value)
    return
  }
  const pairs = Array.isArray(headers[0]) ? headers : inPairs(headers)
  for (const [name] of pairs) response.removeHeader(name)
  for (const [name, value] of pairs) response.appendHeader(name, value)
}

function inPairs(flat: readonly string[]): (readonly [string, string])[] {
  if (flat.length % 2 === 1) throw new TypeError('The list of headers has a name without a value')
  return flat.flatMap((name, index) => {
    const value = flat[index + 1]
    return index % 2 === 0 && value !== undefined ? [[name, value] as const] : []
  })
}
