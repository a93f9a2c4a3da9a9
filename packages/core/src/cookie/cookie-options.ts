import { checkOptionNames } from '../options/check-option-names.ts'
import { checkWholeNumber } from '../options/check-whole-number.ts'
import { optionsThatAreSet } from '../options/options-that-are-set.ts'

/** The attributes of the session cookie. `HttpOnly` is always set. */
export interface CookieOptions {
  /**
   * @default '__Host-session', or 'session' where that prefix is not allowed: with a `domain`,
   * another `path`, or without `secure`
   */
  readonly name?: string
  /** @default '/' */
  readonly path?: string
  /**
   * The host that gets the cookie, with its subdomains. Leave it out and only the very host that set
   * it gets it.
   */
  readonly domain?: string
  /** @default true */
  readonly secure?: boolean
  /** @default 'lax' */
  readonly sameSite?: 'strict' | 'lax' | 'none'
  /**
   * Seconds that the browser keeps the cookie, at most 34 560 000 (400 days, the limit of RFC
   * 6265bis). Leave it out and the cookie ends with the browser.
   */
  readonly maxAge?: number
  /** Whether each top-level site gets a cookie of its own (CHIPS). @default false */
  readonly partitioned?: boolean
}

/** {@link CookieOptions} with its defaults, checked. */
export interface ResolvedCookieOptions {
  readonly name: string
  readonly path: string
  readonly domain: string | undefined
  readonly secure: boolean
  readonly sameSite: 'strict' | 'lax' | 'none'
  readonly maxAge: number | undefined
  readonly partitioned: boolean
}

const defaults = Object.freeze({
  path: '/',
  domain: undefined,
  secure: true,
  sameSite: 'lax',
  maxAge: undefined,
  partitioned: false,
} as const)

/** The sizes that browsers accept (RFC 6265bis, sections 5.6 and 5.7). */
const maxNameAndValue = 4_096
const maxAttribute = 1_024
const maxMaxAge = 34_560_000
const valueLength = 64 + 1 + 43

const sameSiteText = { strict: 'Strict', lax: 'Lax', none: 'None' } as const
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const pathText = /^\/[\x20-\x3a\x3c-\x7e]*$/
const domainText = /^(?!-)[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*$/

/**
 * Checks the options of a cookie against the rules by which browsers would drop it.
 * @throws {TypeError} or {RangeError} that names the option.
 */
export function resolveCookieOptions(options: CookieOptions = {}): ResolvedCookieOptions {
  checkOptionNames('cookie', options, ['name', ...Object.keys(defaults)])
  const merged = { ...defaults, ...optionsThatAreSet(options) }
  const hostPrefixAllowed = merged.secure && merged.path === '/' && merged.domain === undefined
  const cookie = {
    ...merged,
    name: merged.name ?? (hostPrefixAllowed ? '__Host-session' : 'session'),
  }
  checkForms(cookie)
  const prefix = /^__(host|secure)-/i.exec(cookie.name)?.[1]?.toLowerCase()
  if (prefix === 'host' && !hostPrefixAllowed) {
    throw new TypeError('A cookie named __Host-… needs secure, the path / and no domain')
  }
  for (const [needsSecure, what] of [
    [prefix === 'secure', 'named __Secure-…'],
    [cookie.sameSite === 'none', "with sameSite 'none'"],
    [cookie.partitioned, 'that is partitioned'],
  ] as const) {
    if (needsSecure && !cookie.secure) throw new TypeError(`A cookie ${what} needs secure`)
  }
  return Object.freeze(cookie)
}

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

function checkForms(cookie: ResolvedCookieOptions): void {
  const { name, path, domain, sameSite, maxAge } = cookie
  for (const option of ['secure', 'partitioned'] as const) {
    if (typeof cookie[option] !== 'boolean')
      throw new TypeError(`cookie.${option} must be a boolean`)
  }
  if (!Object.hasOwn(sameSiteText, sameSite)) {
    throw new TypeError("cookie.sameSite must be 'strict', 'lax' or 'none'")
  }
  checkText('name', name, token, maxNameAndValue - valueLength)
  checkText('path', path, pathText, maxAttribute)
  if (domain !== undefined) checkText('domain', domain, domainText, maxAttribute)
  if (maxAge !== undefined) checkWholeNumber('cookie.maxAge', maxAge, 1, maxMaxAge)
}

function checkText(option: string, value: unknown, shape: RegExp, maxLength: number): void {
  if (typeof value !== 'string' || !shape.test(value) || value.length > maxLength) {
    throw new TypeError(
      `cookie.${option} must be a valid cookie ${option} of at most ${maxLength} characters`,
    )
  }
}
