import type { DemoSession } from './demo-session.ts'
import { type Html, html } from './html.ts'
import { HttpError } from './http-error.ts'
import type { Handler } from './route.ts'

const field = '_csrf'

/** The hidden field that proves that a form came from a page of this session. */
export function csrfField(session: DemoSession): Html {
  return html`<input type="hidden" name="${field}" value="${session.csrfToken()}">`
}

/** A handler that is run only for forms with {@link csrfField}. */
export function guarded(handler: Handler): Handler {
  return (request) => {
    if (request.session.verifyCsrfToken(request.form.get(field))) return handler(request)
    throw new HttpError(
      403,
      'This form does not belong to your current session. The session may have ended, or you signed in or out after the page was loaded. Open the page again and repeat. If that does not help, your browser does not keep cookies for this address.',
    )
  }
}
