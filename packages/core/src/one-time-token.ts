import { hash, randomBytes } from 'node:crypto'

const tokenShape = /^[\w-]{43}$/

/** Makes a token: 32 random bytes, 43 base64url characters. */
export function createToken(): string {
  return randomBytes(32).toString('base64url')
}

/** The SHA-256 that is stored for a token: `undefined` for what cannot be one. */
export function hashToken(token: unknown): string | undefined {
  if (typeof token !== 'string' || !tokenShape.test(token)) return undefined
  return hash('sha256', token, 'base64url')
}
