import { randomBytes } from 'node:crypto'
import type { SessionToStore } from '@mako-session/core'

/** A key that no other record has. */
export function newKey(): string {
  return randomBytes(16).toString('hex')
}

function newVersion(): string {
  return randomBytes(16).toString('base64url')
}

export function newUserKey(): string {
  return randomBytes(32).toString('hex')
}

/** A record to store. By default it belongs to no user and lives for a minute. */
export function newSession(session: Partial<SessionToStore> = {}): SessionToStore {
  return { version: newVersion(), payload: 'a payload', ttl: 60, ...session }
}
