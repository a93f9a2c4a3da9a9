import { createHmac, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto'
import { type AtLeastOne, deriveKeys } from '../secrets/derive-keys.ts'
import type { SessionId } from './session-id.ts'

/** What a token is tied to. */
export type CsrfSubject = Pick<SessionId, 'key' | 'secretHash'>

const macBytes = 32
/** base64url of a mask and the masked MAC. */
const tokenShape = /^[\w-]{86}$/

/**
 * Tokens that tie a form to a session without being stored: HMAC-SHA256 over the session's key and
 * the hash of its secret, so they end with the id. Each is masked anew, so that no two are alike and
 * a compressed response does not give one away (BREACH).
 */
export class CsrfTokens {
  readonly #keys: AtLeastOne<KeyObject>

  constructor(secrets: AtLeastOne<string>) {
    this.#keys = deriveKeys(secrets, 'csrf')
  }

  create(id: CsrfSubject): string {
    const [key] = this.#keys
    const mask = randomBytes(macBytes)
    return Buffer.concat([mask, xor(mask, mac(key, id))]).toString('base64url')
  }

  /** Whether `token` was made for one of these ids: false, and never a throw, for anything else. */
  verify(ids: readonly CsrfSubject[], token: unknown): boolean {
    if (typeof token !== 'string' || !tokenShape.test(token)) return false
    const bytes = Buffer.from(token, 'base64url')
    const given = xor(bytes.subarray(0, macBytes), bytes.subarray(macBytes))
    return ids.some((id) => this.#keys.some((key) => timingSafeEqual(given, mac(key, id))))
  }
}

function mac(key: KeyObject, { key: sessionKey, secretHash }: CsrfSubject): Buffer {
  return createHmac('sha256', key).update(`${sessionKey}.${secretHash}`).digest()
}

function xor(left: Buffer, right: Buffer): Buffer {
  return Buffer.from(left.map((byte, index) => byte ^ (right[index] ?? 0)))
}
