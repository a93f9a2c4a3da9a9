import {
  type OutgoingHttpHeader,
  type ServerResponse,
  validateHeaderName,
  validateHeaderValue,
} from 'node:http'

/**
 * Sets the status and headers that a call of `writeHead` was given, without sending them.
 * @throws what `writeHead` would throw, and then nothing was set.
 */
export function applyHead(response: ServerResponse, args: readonly unknown[]): void {
  const [status, reason] = args
  const code = Math.trunc(Number(status))
  if (!(code >= 100 && code <= 999)) {
    const error = new RangeError(`Invalid status code: ${status}`)
    throw Object.assign(error, { code: 'ERR_HTTP_INVALID_STATUS_CODE' })
  }
  const hasReason = typeof reason === 'string'
  const message = hasReason ? reason : (response.statusMessage ?? '')
  validateHeaderValue('statusMessage', message)
  const pairs = headerPairs(hasReason ? args[2] : (args[2] ?? reason))
  for (const [name, value] of pairs) {
    validateHeaderName(name)
    validateHeaderValue(name, value as string) // Numbers and lists are valid too.
  }
  response.statusCode = code
  response.statusMessage = message
  const names = new Set<string>()
  for (const [name, value] of pairs) {
    // As in Node: writeHead replaces headers set before; a name repeated in this call keeps both values.
    if (names.has(name.toLowerCase())) appendHeader(response, name, value)
    else response.setHeader(name, value)
    names.add(name.toLowerCase())
  }
}

/** Appends to a header. Node's own `appendHeader` would write into the list that the application passed. */
export function appendHeader(
  response: ServerResponse,
  name: string,
  value: OutgoingHttpHeader,
): void {
  response.setHeader(name, [response.getHeader(name) ?? [], value].flat().map(String))
}

type HeaderPair = readonly [name: string, value: OutgoingHttpHeader]

/** Headers as `writeHead` takes them: an object, a flat list of names and values, or a list of pairs. */
function headerPairs(headers: unknown): readonly HeaderPair[] {
  if (!Array.isArray(headers)) return Object.entries(headers ?? {})
  if (Array.isArray(headers[0])) return headers
  if (headers.length % 2 === 1) {
    const error = new TypeError('The list of headers has a name without a value')
    throw Object.assign(error, { code: 'ERR_INVALID_ARG_VALUE' })
  }
  return headers.flatMap((name, index) => (index % 2 === 0 ? [[name, headers[index + 1]]] : []))
}
