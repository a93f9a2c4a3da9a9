import type { SessionToStore } from '../store.ts'

/** What a method of a store was called with. */
export interface StoreArguments {
  readonly key?: string
  readonly expectedVersion?: string
  readonly session?: SessionToStore
  readonly userKey?: string
}

/** The key of a session. */
export const keyPattern = /^[0-9a-f]{32}$/
const versionPattern = /^[\w-]{22}$/
const userKeyPattern = /^[0-9a-f]{64}$/
const longestTtl = 315_360_000

/**
 * Refuses what the core never passes to a store (clause S13), so that a wrapper of a store cannot make
 * it keep a record under another key, without an end, or with another text. Every method of a store
 * calls it first, with the arguments that it got: `checkStoreArguments({ key, session })`.
 *
 * @throws {TypeError} that names the argument and says what it must be. It never shows a key, version
 * or payload.
 */
export function checkStoreArguments(given: StoreArguments): void {
  if ('key' in given) checkText('key', given.key, keyPattern, '32 lower-case hex digits')
  if ('expectedVersion' in given) checkVersion('expectedVersion', given.expectedVersion)
  if ('session' in given) checkSession(given.session)
  if ('userKey' in given) checkUserKey(given.userKey)
}

function checkSession(session: SessionToStore | undefined): void {
  if (typeof session !== 'object' || session === null) refuse('session', 'an object')
  const { version, payload, ttl, userKey } = session
  checkVersion('version', version)
  if (typeof payload !== 'string' || !payload.isWellFormed()) {
    refuse('payload', 'well-formed text, which has no lone surrogate')
  }
  if (!Number.isInteger(ttl) || ttl < 1 || ttl > longestTtl) {
    refuse('ttl', `a whole number of seconds from 1 to ${longestTtl}`)
  }
  if (userKey !== undefined) checkUserKey(userKey)
}

function checkVersion(name: string, version: unknown): void {
  checkText(name, version, versionPattern, '22 base64url characters')
}

function checkUserKey(userKey: unknown): void {
  checkText('userKey', userKey, userKeyPattern, '64 lower-case hex digits')
}

function checkText(name: string, value: unknown, pattern: RegExp, what: string): void {
  if (typeof value !== 'string' || !pattern.test(value)) refuse(name, what)
}

function refuse(name: string, what: string): never {
  throw new TypeError(`${name} must be ${what}`)
}
