import type { ResolvedCookieOptions } from './cookie-options.ts'

const sameSiteText = { strict: 'Strict', lax: 'Lax', none: 'None' } as const

/** The `Set-Cookie` value that gives the browser a cookie. */
export function formatSetCookie(cookie: ResolvedCookieOptions, value: string): string {
  const maxAge = cookie.maxAge === undefined ? '' : `; Max-Age=${cookie.maxAge}`
  return `${cookie.name}=${value}${maxAge}${attributes(cookie)}`
}

/** The `Set-Cookie` value that takes the cookie away. */
export function formatClearCookie(cookie: ResolvedCookieOptions): string {
  return `${cookie.name}=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT${attributes(cookie)}`
}

function attributes({
  path,
  domain,
  secure,
  sameSite,
  partitioned,
}: ResolvedCookieOptions): string {
  return [
    `; Path=${path}`,
    domain === undefined ? '' : `; Domain=${domain}`,
    '; HttpOnly',
    secure ? '; Secure' : '',
    `; SameSite=${sameSiteText[sameSite]}`,
    partitioned ? '; Partitioned' : '',
  ].join('')
}
