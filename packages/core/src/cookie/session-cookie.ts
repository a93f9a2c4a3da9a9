import type { AtLeastOne } from '../secrets/derive-keys.ts'
import { publish } from '../session-events.ts'
import type { ResolvedCookieOptions } from './cookie-options.ts'
import { CookieSigner, type VerifiedId } from './cookie-signer.ts'
import { cookieValues } from './cookie-values.ts'
import type { SessionId } from './session-id.ts'
import { formatClearCookie, formatSetCookie } from './set-cookie.ts'

/** How many cookies of one name are looked at. No browser sends more for a good reason. */
const maxCookies = 4

/** Carries session ids to the browser and back. */
export class SessionCookie {
  readonly #options: ResolvedCookieOptions
  readonly #signer: CookieSigner

  constructor(options: ResolvedCookieOptions, secrets: AtLeastOne<string>) {
    this.#options = options
    this.#signer = new CookieSigner(options.name, secrets)
  }

  /** Whether the browser forgets it after a while, so that it has to be given again in time. */
  get hasMaxAge(): boolean {
    return this.#options.maxAge !== undefined
  }

  /** Whether a `Cookie` header has our cookie, and the ids in it that we signed. */
  read(header: string): { readonly isPresent: boolean; readonly ids: readonly VerifiedId[] } {
    const values = cookieValues(header, this.#options.name, maxCookies)
    const ids: VerifiedId[] = []
    for (const value of values) {
      const verified = this.#signer.verify(value)
      if (typeof verified === 'string') publish('rejected', { reason: verified })
      else ids.push(verified)
    }
    return { isPresent: values.length > 0, ids }
  }

  /** The `Set-Cookie` value that carries an id. */
  give(id: SessionId): string {
    return formatSetCookie(this.#options, this.#signer.sign(id))
  }

  /** The `Set-Cookie` value that takes the cookie away. */
  clear(): string {
    return formatClearCookie(this.#options)
  }
}
