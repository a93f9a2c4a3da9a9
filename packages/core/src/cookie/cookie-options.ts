import { isIP } from 'node:net'
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
   * The host that gets the cookie, with its subdomains. Without it, only the
   * host that set the cookie gets it.
   */
  readonly domain?: string | undefined
  /** @default true */
  readonly secure?: boolean
  /** @default 'lax' */
  readonly sameSite?: 'strict' | 'lax' | 'none'
  /**
   * Seconds that the browser keeps the cookie, at most 34 560 000 (400 days, the limit of RFC
   * 6265bis) and at most `absoluteTimeout`. It may be longer than `idleTimeout`. Without it, the cookie
   * ends with the browser.
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

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const pathText = /^\/[\x20-\x3a\x3c-\x7e]*$/
const domainText = /^(?!-)[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*$/

/**
 * Checks the options of a cookie against the rules by which browsers would drop it.
 * @throws {TypeError} or {RangeError} that names the option and says what to write instead.
 */
export function resolveCookieOptions(options: CookieOptions = {}): ResolvedCookieOptions {
  if (Object.hasOwn(Object(options), 'httpOnly')) {
    throw new TypeError(
      'cookie has no option "httpOnly": leave it out, the session cookie is always HttpOnly',
    )
  }
  checkOptionNames('cookie', options, ['name', ...Object.keys(defaults)])
  const merged = { ...defaults, ...optionsThatAreSet(options) }
  const isHostOnly = merged.secure && merged.path === '/' && merged.domain === undefined
  const cookie = { ...merged, name: merged.name ?? (isHostOnly ? '__Host-session' : 'session') }
  checkFlags(cookie)
  checkTexts(cookie)
  checkPrefix(cookie, isHostOnly)
  for (const [needsSecure, what] of [
    [cookie.sameSite === 'none', "with sameSite 'none'"],
    [cookie.partitioned, 'that is partitioned'],
  ] as const) {
    if (needsSecure && !cookie.secure) throw new TypeError(`A cookie ${what} needs cookie.secure`)
  }
  return Object.freeze(cookie)
}

function checkFlags({ secure, partitioned, sameSite, maxAge }: ResolvedCookieOptions): void {
  if (typeof secure !== 'boolean') {
    throw new TypeError(
      'cookie.secure must be true or false. Leave it out (true) where the site is served over HTTPS, also behind a proxy; browsers keep such a cookie on http://localhost too.',
    )
  }
  if (typeof partitioned !== 'boolean') {
    throw new TypeError('cookie.partitioned must be true or false')
  }
  if (!['strict', 'lax', 'none'].includes(sameSite)) {
    throw new TypeError("cookie.sameSite must be 'strict', 'lax' or 'none', in lower case")
  }
  if (maxAge === undefined) return
  if (maxAge === 0) {
    throw new RangeError(
      'cookie.maxAge must not be 0. Leave it out for a cookie that ends with the browser; to end a session, call session.destroy().',
    )
  }
  if (maxAge > maxMaxAge) {
    throw new RangeError(
      `cookie.maxAge must be at most ${maxMaxAge}, not ${maxAge}: it counts seconds, not milliseconds, and browsers keep no cookie for more than 400 days`,
    )
  }
  checkWholeNumber('cookie.maxAge', maxAge, 1, maxMaxAge)
}

function checkTexts({ name, path, domain }: ResolvedCookieOptions): void {
  checkText('name', name, token, maxNameAndValue - valueLength)
  checkText('path', path, pathText, maxAttribute)
  if (domain === undefined) return
  const text = String(domain)
  if (text.startsWith('.')) {
    throw new TypeError(
      `cookie.domain must not begin with a dot. Write '${text.slice(1)}': its subdomains get the cookie too.`,
    )
  }
  if (isIP(text.replace(/^\[|\]$/g, '')) || text === 'localhost') {
    throw new TypeError(
      `cookie.domain must not be '${text}': a domain is for a host with subdomains. Leave it out: the host that sets the cookie gets it.`,
    )
  }
  checkText('domain', domain, domainText, maxAttribute)
}

function checkText(option: string, value: unknown, shape: RegExp, maxLength: number): void {
  if (typeof value !== 'string' || !shape.test(value) || value.length > maxLength) {
    throw new TypeError(
      `cookie.${option} must be a valid cookie ${option} of at most ${maxLength} characters`,
    )
  }
}

/** The prefixes of RFC 6265bis, section 4.1.3, which browsers compare without regard to case. */
function checkPrefix({ name, secure }: ResolvedCookieOptions, isHostOnly: boolean): void {
  const [prefix] = /^__(host-http|host|http|secure)-/i.exec(name) ?? []
  if (prefix === undefined) return
  if (/^__host-/i.test(prefix) && !isHostOnly) {
    throw new TypeError(
      `A cookie named ${prefix}… needs cookie.secure, the path '/' and no domain. Change these, or choose a name without that prefix.`,
    )
  }
  if (!secure) {
    throw new TypeError(
      `A cookie named ${prefix}… needs cookie.secure. Set it, or choose a name without that prefix.`,
    )
  }
}
