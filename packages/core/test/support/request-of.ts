import type { RequestFacts } from '../../src/index.ts'

const accepted = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'

/** The headers that browsers send when the visitor goes to a page. */
export const pageHeaders = {
  'sec-fetch-dest': 'document',
  'sec-fetch-mode': 'navigate',
  accept: accepted,
}

/** The headers of browsers that do the same by plain HTTP, where they send no Fetch metadata. */
export const plainPageHeaders = { accept: accepted }

/** The headers of `fetch()`. */
export const fetchHeaders = {
  'sec-fetch-dest': 'empty',
  'sec-fetch-mode': 'cors',
  accept: '*/*',
}

/** The facts of a request with these headers. */
export function requestOf(headers: Readonly<Record<string, string>>, method = 'GET'): RequestFacts {
  return { method, isEncrypted: true, host: 'shop.example', header: (name) => headers[name] }
}

/** A visitor goes to a page. */
export const visitedPage = requestOf(pageHeaders)
