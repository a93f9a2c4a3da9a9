import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'

/** What a key is used for: a key made for one purpose is useless for another. */
export type KeyPurpose = 'cookie' | 'csrf' | 'user'

/**
 * One 256-bit key for each application secret, in the order of the secrets, by HKDF-SHA256 (RFC
 * 5869) with the purpose as its info.
 */
export function deriveKeys(secrets: readonly string[], purpose: KeyPurpose): readonly KeyObject[] {
  return secrets.map((secret) =>
    createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', `mako-session ${purpose}`, 32))),
  )
}
