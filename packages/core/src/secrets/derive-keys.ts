import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'

/** What a key is used for: a key made for one purpose is useless for another. */
export type KeyPurpose = 'cookie' | 'csrf' | 'user'

/** A list that is not empty: of secrets, or of the keys made from them. The first one signs. */
export type AtLeastOne<Item> = readonly [Item, ...Item[]]

/**
 * One 256-bit key for each application secret, in the order of the secrets, by HKDF-SHA256 (RFC
 * 5869) with the purpose as its info.
 */
export function deriveKeys(
  [first, ...others]: AtLeastOne<string>,
  purpose: KeyPurpose,
): AtLeastOne<KeyObject> {
  const derive = (secret: string) =>
    createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', `mako-session ${purpose}`, 32)))
  return [derive(first), ...others.map(derive)]
}
