import type { ServerResponse } from 'node:http'
import type { Html } from './html.ts'

/** A whole response, before any of it is sent. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Buffer
}

const securityHeaders = {
  'Content-Security-Policy':
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
}

/** A page. It is about one visitor, so no cache may keep it unless `headers` allow it. */
export function page(content: Html, status = 200, headers: Answer['headers'] = {}): Answer {
  const pageHeaders = { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' }
  return { status, headers: { ...pageHeaders, ...headers }, body: content.text }
}

/** Makes the browser GET another page, so that a reload does not send the form again. */
export function redirect(path: string): Answer {
  return { status: 303, headers: { Location: path, 'Cache-Control': 'no-store' }, body: '' }
}

/** Sends an answer. */
export function send(response: ServerResponse, { status, headers, body }: Answer): void {
  const length = Buffer.byteLength(body)
  response.writeHead(status, { ...securityHeaders, ...headers, 'Content-Length': length }).end(body)
}
