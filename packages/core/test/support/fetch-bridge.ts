import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'

/**
 * Serves a handler of `Request` and `Response` with `node:http`, as some runtimes and servers do.
 * An error is answered with its `status`, else with 500.
 */
export function fetchBridge(handler: (request: Request) => Promise<Response>): RequestListener {
  return async (incoming, outgoing) => {
    try {
      await send(await handler(toRequest(incoming)), outgoing)
    } catch (error) {
      outgoing.statusCode = Number(Reflect.get(Object(error), 'status') ?? 500)
      outgoing.end(String(error))
    }
  }
}

function toRequest({ headers, headersDistinct, method = 'GET', url }: IncomingMessage): Request {
  const pairs = Object.entries(headersDistinct).flatMap(([name, values = []]) =>
    // Request joins several lines of a header with ', '. Cookie lines need '; ' (RFC 9113, section 8.2.3).
    name === 'cookie'
      ? [[name, values.join('; ')] as const]
      : values.map((value) => [name, value] as const),
  )
  return new Request(`http://${headers.host}${url}`, {
    method,
    headers: pairs.map((it) => [...it]),
  })
}

async function send(response: Response, outgoing: ServerResponse): Promise<void> {
  outgoing.statusCode = response.status
  for (const [name, value] of response.headers) {
    if (name !== 'set-cookie') outgoing.setHeader(name, value)
  }
  const cookies = response.headers.getSetCookie()
  if (cookies.length > 0) outgoing.setHeader('set-cookie', cookies)
  if (response.body) Readable.fromWeb(response.body as never).pipe(outgoing)
  else outgoing.end()
}
