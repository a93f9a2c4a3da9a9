import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import type { Reply } from './binding.ts'

/** Sends a reply with the calls of `node:http`. */
export function sendReply(response: ServerResponse, { status, headers, body }: Reply): void {
  response.writeHead(status, headers)
  if (typeof body === 'string') response.end(body)
  else Readable.from(body).pipe(response)
}
