import { createHmac, type KeyObject } from 'node:crypto'
import { type AtLeastOne, deriveKeys } from '../secrets/derive-keys.ts'
import { isSameText } from '../secrets/is-same-text.ts'
import { readSessionId, type SessionId } from './session-id.ts'

const valueShape = /^([\w-]{64})\.([\w-]{43})$/

/** An id that came with a good signature. */
export interface VerifiedId {
  readonly id: SessionId
  /** Whether a secret that is being phased out signed it. */
  readonly isOutdated: boolean
}

/**
 * Signs session ids for one cookie name: `id.signature`, the signature being HMAC-SHA256 over the
 * cookie's name and the id. Every secret verifies, the first one signs.
 */
export class CookieSigner {
  readonly #cookieName: string
  readonly #keys: AtLeastOne<KeyObject>

  constructor(cookieName: string, secrets: AtLeastOne<string>) {
    this.#cookieName = cookieName
    this.#keys = deriveKeys(secrets, 'cookie')
  }

  sign(id: SessionId): string {
    const [key] = this.#keys
    return `${id.text}.${this.#signature(key, id.text)}`
  }

  /** The id of a value that one of the secrets signed, or why there is none. */
  verify(value: string): VerifiedId | 'malformed' | 'signature' {
    const [, text, signature] = valueShape.exec(value) ?? []
    if (text === undefined || signature === undefined) return 'malformed'
    // The characters are compared, not the bytes: the last character can be spelt in several ways.
    const index = this.#keys.findIndex((key) => isSameText(signature, this.#signature(key, text)))
    return index < 0 ? 'signature' : { id: readSessionId(text), isOutdated: index > 0 }
  }

  #signature(key: KeyObject, id: string): string {
    return createHmac('sha256', key).update(`${this.#cookieName}=${id}`).digest('base64url')
  }
}
