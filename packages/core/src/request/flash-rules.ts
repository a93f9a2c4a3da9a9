import type { RequestFacts } from './request-facts.ts'
import type { ResponseFacts } from './response-facts.ts'

/** What becomes of a flash value with the response to a request that had loaded it. */
export type FlashFate = 'gone' | 'kept'

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

/** The headers by which browsers and Turbo mark a request for a page that is perhaps never shown. */
const prefetchHeaders = ['sec-purpose', 'purpose', 'x-sec-purpose', 'x-moz']

/** Values of `Sec-Fetch-Dest` for what a page is made of. */
const partOfPage =
  /^(image|script|style|font|audio|video|track|manifest|worker|sharedworker|serviceworker|audioworklet|paintworklet|xslt)$/

/** Media types of responses that show no text of the application. Scripts are not among them: they can. */
const withoutText = /^((image|font|audio|video)\/|text\/css$)/

const html = /^(text\/html|application\/xhtml\+xml)$/

/** The headers of libraries that put a response into a part of the page. Such a part seldom has the messages. */
const fragmentHeaders = ['turbo-frame', 'hx-request', 'x-up-version', 'x-requested-with']

/**
 * Whether a flash value goes with a response. One that was read goes when the response can have shown it.
 * One that was not read goes with a page that the visitor went to, because that page could have shown
 * it. Where the rules cannot know, the value is kept: a message that is shown twice does less harm than a
 * message that is lost.
 */
export function flashFate(
  request: RequestFacts,
  response: ResponseFacts,
  wasRead: boolean,
): FlashFate {
  if (showsNothing(request, response)) return 'kept'
  return wasRead || (isPage(response) && isVisit(request)) ? 'gone' : 'kept'
}

function showsNothing(request: RequestFacts, response: ResponseFacts): boolean {
  const { method } = request
  const { status } = response
  return (
    method === 'HEAD' ||
    method === 'OPTIONS' ||
    status >= 500 ||
    status === 401 || // The browser asks for the password and sends the same request again.
    redirects.has(status) ||
    prefetchHeaders.some((name) => /^\s*prefetch/i.test(request.header(name) ?? '')) ||
    partOfPage.test(request.header('sec-fetch-dest') ?? '') ||
    withoutText.test(mediaType(response))
  )
}

function isPage(response: ResponseFacts): boolean {
  const { status, isAttachment = false } = response
  if (isAttachment || status === 204 || status === 205) return false
  return status === 304 || html.test(mediaType(response)) // 304: the browser shows its copy of the page.
}

/** Whether the visitor goes to the page: the request is not one for a part of a page, nor a script's. */
function isVisit(request: RequestFacts): boolean {
  if (fragmentHeaders.some((name) => request.header(name))) return false
  if (request.header('x-turbo-request-id')) return true
  const mode = request.header('sec-fetch-mode')
  const destination = request.header('sec-fetch-dest')
  if (mode === undefined && destination === undefined) {
    // An older browser, or plain HTTP on another host than localhost.
    return /text\/html/i.test(request.header('accept') ?? 'text/html')
  }
  // A service worker that fetches a page for the browser sends it with the destination `empty`.
  if (mode === 'navigate') return destination === 'document' || destination === 'empty'
  return mode === undefined && destination === 'document'
}

/** The media type in lower case, without its parameters. Browsers go by the last one of several. */
function mediaType({ contentType = '' }: ResponseFacts): string {
  const unquoted = contentType.toLowerCase().replace(/"[^"]*"/g, '')
  const types = unquoted.matchAll(/(?:^|,)\s*([^\s,;]+\/[^\s,;]+)/g)
  return [...types].at(-1)?.[1] ?? ''
}
