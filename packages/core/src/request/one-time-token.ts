import { hash, randomBytes } from 'node:crypto'

const tokenShape = /^[\w-]{43}$/

/** Makes a token, 32 random bytes or 43 base64url characters, with its hash. */
export function createToken(): { readonly token: string; readonly tokenHash: string } {
  const token = randomBytes(32).toString('base64url')
  return { token, tokenHash: sha256(token) }
}

/** The SHA-256 that is stored for a token: `undefined` for what cannot be one. */
export function hashToken(token: unknown): string | undefined {
  return typeof token === 'string' && tokenShape.test(token) ? sha256(token) : undefined
}

function sha256(token: string): string {
  return hash('sha256', token, 'base64url')
}
