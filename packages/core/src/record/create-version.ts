import { randomFillSync } from 'node:crypto'

const versionBytes = 16

/** In advance, because a call for random bytes costs as much as an HMAC, however few they are. */
const pool = Buffer.alloc(256 * versionBytes)
let used = pool.length

/** Makes the version of a write: 22 base64url characters, 16 random bytes, unlike any other. */
export function createVersion(): string {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += versionBytes
  return pool.toString('base64url', used - versionBytes, used)
}
