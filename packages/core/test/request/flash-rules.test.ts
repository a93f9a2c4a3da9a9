import { describe, expect, it } from 'vitest'
import { type FlashFate, flashFate } from '../../src/request/flash-rules.ts'
import { responseFacts } from '../../src/request/response-facts.ts'
import {
  fetchHeaders,
  pageHeaders,
  plainPageHeaders,
  requestOf,
  visitedPage,
} from '../support/request-of.ts'

interface Situation {
  readonly method?: string
  readonly headers: Readonly<Record<string, string>>
  readonly status?: number
  readonly type?: string | undefined
  readonly disposition?: string
}

type Row = readonly [situation: string, Situation, read: 'read' | 'not read', fate: FlashFate]

const iframe = { ...pageHeaders, 'sec-fetch-dest': 'iframe' }
const image = { 'sec-fetch-dest': 'image', 'sec-fetch-mode': 'no-cors', accept: 'image/*' }
const turbo = {
  ...fetchHeaders,
  accept: 'text/html, application/xhtml+xml',
  'x-turbo-request-id': '1',
}
const csv = { type: 'text/csv', disposition: 'attachment; filename=orders.csv' }
const noBody = { type: undefined }

const rows: readonly Row[] = [
  ['a page that shows it', { headers: pageHeaders }, 'read', 'gone'],
  ['a page that does not look', { headers: pageHeaders }, 'not read', 'gone'],
  ['a redirect', { headers: pageHeaders, status: 302 }, 'not read', 'kept'],
  ['a redirect whose middleware reads all', { headers: pageHeaders, status: 303 }, 'read', 'kept'],
  [
    'a 304 of a page that read it',
    { headers: pageHeaders, status: 304, ...noBody },
    'read',
    'gone',
  ],
  [
    'a POST answered by its form again',
    { method: 'POST', headers: pageHeaders, status: 422 },
    'read',
    'gone',
  ],
  [
    'a 401, after which the browser asks',
    { headers: pageHeaders, status: 401 },
    'not read',
    'kept',
  ],
  ['a 404 page', { headers: pageHeaders, status: 404 }, 'not read', 'gone'],
  ['a 500 page that read it', { headers: pageHeaders, status: 500 }, 'read', 'kept'],
  ['a download by a link', { headers: pageHeaders, ...csv }, 'not read', 'kept'],
  ['a PDF in the tab', { headers: pageHeaders, type: 'application/pdf' }, 'not read', 'kept'],
  [
    'a link with the attribute download',
    { headers: { 'sec-fetch-dest': 'empty', 'sec-fetch-mode': 'navigate' }, ...csv },
    'not read',
    'kept',
  ],
  ['a download by plain HTTP', { headers: plainPageHeaders, ...csv }, 'not read', 'kept'],
  [
    'a 204 to a script that saves',
    { method: 'POST', headers: fetchHeaders, status: 204, ...noBody },
    'not read',
    'kept',
  ],
  [
    'a script that asks again and again',
    { headers: fetchHeaders, type: 'application/json' },
    'not read',
    'kept',
  ],
  [
    'a script that fetches its messages',
    { headers: fetchHeaders, type: 'application/json' },
    'read',
    'gone',
  ],
  ['an image whose middleware reads all', { headers: image, type: 'image/png' }, 'read', 'kept'],
  ['an iframe', { headers: iframe }, 'not read', 'kept'],
  ['an iframe that shows it', { headers: iframe }, 'read', 'gone'],
  ['a page by plain HTTP', { headers: plainPageHeaders }, 'not read', 'gone'],
  [
    'an image by plain HTTP',
    { headers: { accept: 'image/avif,image/webp,*/*;q=0.8' }, type: 'image/png' },
    'not read',
    'kept',
  ],
  [
    'HEAD by the handler that reads it',
    { method: 'HEAD', headers: { accept: '*/*' } },
    'read',
    'kept',
  ],
  [
    'a prefetch that is never visited',
    { headers: { ...pageHeaders, 'sec-purpose': 'prefetch' } },
    'read',
    'kept',
  ],
  ['a Turbo visit', { headers: turbo }, 'read', 'gone'],
  ['a Turbo visit to a page that does not look', { headers: turbo }, 'not read', 'gone'],
  ['a Turbo frame', { headers: { ...turbo, 'turbo-frame': 'f' } }, 'not read', 'kept'],
  [
    'an htmx 2 fragment',
    { headers: { ...fetchHeaders, 'hx-request': 'true' } },
    'not read',
    'kept',
  ],
  [
    'an htmx 4 fragment by plain HTTP',
    { headers: { accept: 'text/html', 'hx-request': 'true' } },
    'not read',
    'kept',
  ],
  ['an Unpoly link', { headers: { ...fetchHeaders, 'x-up-version': '3' } }, 'read', 'gone'],
  [
    'a page that a service worker fetches',
    { headers: { ...pageHeaders, 'sec-fetch-dest': 'empty' } },
    'not read',
    'gone',
  ],
  ['curl', { headers: { accept: '*/*' }, type: 'text/plain' }, 'read', 'gone'],
  ['a page for a client without headers', { headers: {} }, 'not read', 'gone'],
  [
    'XMLHttpRequest that says so, by plain HTTP',
    { headers: { ...plainPageHeaders, 'x-requested-with': 'XMLHttpRequest' } },
    'not read',
    'kept',
  ],
  [
    'server-sent events',
    {
      headers: { 'sec-fetch-dest': 'empty', accept: 'text/event-stream' },
      type: 'text/event-stream',
    },
    'not read',
    'kept',
  ],
  [
    'OPTIONS',
    { method: 'OPTIONS', headers: { accept: '*/*' }, status: 204, ...noBody },
    'not read',
    'kept',
  ],
]

/** The fate that a visitor would want cannot be had: the server is not told what the browser does. */
const exceptions: readonly Row[] = [
  [
    'a prerendered page that is then visited without a new request: its message is shown twice',
    { headers: { ...pageHeaders, 'sec-purpose': 'prefetch;prerender' } },
    'read',
    'kept',
  ],
  [
    'a page that Turbo prefetches when the mouse is over its link, and then shows: twice too',
    { headers: { ...turbo, 'x-sec-purpose': 'prefetch' } },
    'read',
    'kept',
  ],
]

/** What cannot be told from a page. */
const undecidable: readonly Row[] = [
  ['an iframe by plain HTTP', { headers: plainPageHeaders }, 'not read', 'gone'],
]

const fateOf = ({ method, headers, status = 200, ...response }: Situation, wasRead: boolean) => {
  const type = 'type' in response ? response.type : 'text/html; charset=utf-8'
  const given = new Map([
    ['content-type', type],
    ['content-disposition', response.disposition],
  ])
  const facts = responseFacts(status, (name) => given.get(name))
  return flashFate(requestOf(headers, method), facts, wasRead)
}

describe('A flash value', () => {
  const table = [...rows, ...exceptions, ...undecidable].map(
    ([name, situation, read, fate]) => [name, read, fate, situation] as const,
  )

  it.each(table)('at %s, %s, is %s', (_, read, fate, situation) => {
    expect(fateOf(situation, read === 'read')).toBe(fate)
  })

  it.each(['sec-purpose', 'purpose', 'x-sec-purpose', 'x-moz'])(
    'is kept by a prefetch that %s tells of',
    (name) => {
      const headers = { ...pageHeaders, [name]: 'Prefetch;anonymous-client-ip' }
      expect(fateOf({ headers }, true)).toBe('kept')
    },
  )

  it.each([301, 302, 303, 307, 308])('is kept by a redirect with status %d', (status) => {
    expect(fateOf({ headers: pageHeaders, status }, true)).toBe('kept')
  })

  it.each([204, 205])('goes with a status of %d only where it was read', (status) => {
    expect(fateOf({ headers: pageHeaders, status }, true)).toBe('gone')
    expect(fateOf({ headers: pageHeaders, status }, false)).toBe('kept')
  })

  it.each(['script', 'style', 'font', 'audio', 'video', 'track', 'manifest', 'serviceworker'])(
    'is kept by what a page is made of, read or not: %s',
    (destination) => {
      const headers = { 'sec-fetch-dest': destination, 'sec-fetch-mode': 'no-cors' }
      expect(fateOf({ headers }, true)).toBe('kept')
    },
  )

  it.each(['image/svg+xml', 'font/woff2', 'audio/ogg', 'video/mp4', 'text/css; charset=utf-8'])(
    'is kept by plain HTTP also where middleware reads all: %s',
    (type) => {
      expect(fateOf({ headers: { accept: '*/*' }, type }, true)).toBe('kept')
    },
  )

  it.each(['text/javascript', 'application/json', 'text/plain', undefined])(
    'goes where it was read and the response can have shown it: %s',
    (type) => {
      expect(fateOf({ headers: { accept: '*/*' }, type }, true)).toBe('gone')
    },
  )

  it.each<Row>([
    ['OPTIONS whose middleware reads all', { method: 'OPTIONS', headers: {} }, 'read', 'kept'],
    [
      'a page that the browser has, which did not look',
      { headers: plainPageHeaders, status: 304, type: undefined },
      'not read',
      'gone',
    ],
    ['HTML for a script by plain HTTP', { headers: { accept: '*/*' } }, 'not read', 'kept'],
    ['HTML for who asks for Text/HTML', { headers: { accept: 'Text/HTML' } }, 'not read', 'gone'],
  ])('is right also at %s', (_, situation, read, fate) => {
    expect(fateOf(situation, read === 'read')).toBe(fate)
  })

  it('is kept by a request that tells its destination and not its mode, but for a document', () => {
    expect(fateOf({ headers: { 'sec-fetch-dest': 'empty' } }, false)).toBe('kept')
    expect(fateOf({ headers: { 'sec-fetch-dest': 'document' } }, false)).toBe('gone')
  })
})

describe('A page', () => {
  const isPage = (contentType: unknown, disposition?: unknown) => {
    const given = new Map([
      ['content-type', contentType],
      ['content-disposition', disposition],
    ])
    const facts = responseFacts(200, (name) => given.get(name))
    return flashFate(visitedPage, facts, false) === 'gone'
  }

  it.for([
    'text/html',
    ' Text/HTML ; Charset="a,b/c"',
    'application/xhtml+xml;charset=utf-8',
    ['text/html; charset=utf-8'],
    ['application/json', 'text/html'],
    'application/json, text/html;charset=utf-8',
  ])('is known by its Content-Type: %j', (contentType) => {
    expect(isPage(contentType)).toBe(true)
  })

  it.for([undefined, null, '', 'text', 'text/html5', 'application/json', ['text/html', 'a/b'], 5])(
    'is not: %j',
    (contentType) => {
      expect(isPage(contentType)).toBe(false)
    },
  )

  it.for(['attachment', 'Attachment; filename="a.html"', ['attachment;filename=a.html']])(
    'is no download: %j',
    (disposition) => {
      expect(isPage('text/html', disposition)).toBe(false)
    },
  )

  it.for(['inline', 'inline; filename="attachment"', '', undefined, 'attachments'])(
    'may have another Content-Disposition: %j',
    (disposition) => {
      expect(isPage('text/html', disposition)).toBe(true)
    },
  )
})
