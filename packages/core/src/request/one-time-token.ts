import { hash, randomBytes } from 'node:crypto'

/** How many one-time tokens of a session are valid: the newest ones. */
const maxTokens = 20

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

/** The hashes of the tokens that stay valid, of a list with the oldest first. */
export function newestTokens(tokenHashes: readonly string[]): string[] {
  return tokenHashes.slice(-maxTokens)
}

function sha256(token: string): string {
  return hash('sha256', token, 'base64url')
}
