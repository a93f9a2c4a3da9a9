import type { AtLeastOne } from '../secrets/derive-keys.ts'
import { publish, type RejectionReason } from '../session-events.ts'
import type { ResolvedCookieOptions } from './cookie-options.ts'
import { CookieSigner, type VerifiedId } from './cookie-signer.ts'
import { cookieValues } from './cookie-values.ts'
import type { SessionId } from './session-id.ts'
import { formatClearCookie, formatSetCookie } from './set-cookie.ts'

/** How many cookies of one name are looked at. No browser sends more for a good reason. */
const maxCookies = 4

/** What a request brought under the name of the session cookie. */
export interface CookiesOfRequest {
  readonly isPresent: boolean
  readonly ids: readonly VerifiedId[]
  readonly rejection: RejectionReason | undefined
}

/** Carries session ids to the browser and back. */
export class SessionCookie {
  readonly #options: ResolvedCookieOptions
  readonly #signer: CookieSigner

  constructor(options: ResolvedCookieOptions, secrets: AtLeastOne<string>) {
    this.#options = options
    this.#signer = new CookieSigner(options.name, secrets)
  }

  /**
   * Whether a browser that forgets the cookie after a while is to get it again with a write: once in
   * each tenth of its `maxAge` since the session began. Times are seconds since 1970.
   */
  isDueAgain(beganAt: number, writtenAt: number, now: number): boolean {
    const { maxAge } = this.#options
    if (maxAge === undefined) return false
    const tenth = (time: number) => Math.floor((time - beganAt) / Math.ceil(maxAge / 10))
    return tenth(now) > tenth(writtenAt)
  }

  /**
   * Whether a `Cookie` header has our cookie, the ids in it that we signed, and why the last one that
   * we did not sign was rejected.
   */
  read(header: string): CookiesOfRequest {
    const values = cookieValues(header, this.#options.name, maxCookies)
    const ids: VerifiedId[] = []
    let rejection: RejectionReason | undefined
    for (const value of values) {
      const verified = this.#signer.verify(value)
      if (typeof verified !== 'string') {
        ids.push(verified)
      } else {
        rejection = verified
        publish('rejected', { reason: verified })
      }
    }
    return { isPresent: values.length > 0, ids, rejection }
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
