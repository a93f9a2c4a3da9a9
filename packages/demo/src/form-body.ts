import type { IncomingMessage } from 'node:http'
import { HttpError } from './http-error.ts'

const maxBytes = 65_536

/**
 * The fields of a form that was sent.
 * @throws {HttpError} 413 when it is too large, 415 when it is not the form of a browser.
 */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const [type = ''] = (request.headers['content-type'] ?? '').split(';')
  const chunks: Buffer[] = []
  let size = 0
  // A form that is too large is read to its end and dropped: a browser that still sends reads no answer.
  for await (const chunk of request) {
    size += chunk.length
    if (size <= maxBytes) chunks.push(chunk)
  }
  if (size > maxBytes) {
    throw new HttpError(413, `A form may have at most ${maxBytes / 1_024} KiB. Send a shorter one.`)
  }
  if (type.trim().toLowerCase() !== 'application/x-www-form-urlencoded') {
    throw new HttpError(415, 'Only forms are accepted here: application/x-www-form-urlencoded.')
  }
  return new URLSearchParams(Buffer.concat(chunks).toString())
}
