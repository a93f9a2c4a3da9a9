import { STATUS_CODES } from 'node:http'
import { SessionError } from '@mako-session/core'
import { type Answer, page } from '../answer.ts'
import { html } from '../html.ts'
import { HttpError } from '../http-error.ts'
import { layout } from '../layout.ts'

/** The page for a request that failed. It shows the message of an {@link HttpError} only. */
export function errorPage(error: unknown): Answer {
  const { status, message, headers } = explain(error)
  const title = STATUS_CODES[status] ?? 'Error'
  const content = html`<p class="status">${status}</p>
<h1>${title}</h1>
<p class="lead">${message}</p>
<p><a class="button" href="/">Home</a></p>`
  return page(layout(title, content), status, headers)
}

function explain(error: unknown): HttpError {
  if (error instanceof HttpError) return error
  const status = error instanceof SessionError ? error.status : 500
  if (status === 503) {
    const message =
      'Sessions cannot be reached at the moment. What you sent may have been stored or not. ' +
      'Check before you send it again.'
    return new HttpError(status, message, { 'Retry-After': '5' })
  }
  if (status === 409) {
    return new HttpError(
      status,
      'Another request changed your session at the same time. This one changed nothing. Load the page again.',
    )
  }
  return new HttpError(status, 'The demo has a fault. Nothing was changed.')
}
