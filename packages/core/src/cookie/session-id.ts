import { hash, randomBytes } from 'node:crypto'

const keyBytes = 16
const secretBytes = 32

/**
 * The id of a session: a public key that names its record, and a secret that only the browser knows.
 * Records hold the hash of the secret, so a copy of the store is not enough to log in.
 */
export interface SessionId {
  /** 32 lower-case hex digits: safe in logs, listings and URLs. */
  readonly key: string
  /** base64url of key and secret, 64 characters: a bearer credential, never logged. */
  readonly text: string
  /** SHA-256 of the secret, base64url. */
  readonly secretHash: string
}

/** Makes a random id: under a new key, or with a new secret for a `key` that there is. */
export function createSessionId(key?: string): SessionId {
  const bytes = randomBytes(keyBytes + secretBytes)
  if (key !== undefined) bytes.write(key, 'hex')
  return fromBytes(bytes, bytes.toString('base64url'))
}

/**
 * Reads an id back from its text, 64 base64url characters. They hold 48 bytes without a spare bit, so
 * every id has exactly one spelling.
 */
export function readSessionId(text: string): SessionId {
  return fromBytes(Buffer.from(text, 'base64url'), text)
}

function fromBytes(bytes: Buffer, text: string): SessionId {
  return {
    key: bytes.toString('hex', 0, keyBytes),
    text,
    secretHash: hash('sha256', bytes.subarray(keyBytes), 'base64url'),
  }
}
