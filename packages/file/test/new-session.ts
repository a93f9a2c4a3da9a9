import { randomBytes } from 'node:crypto'
import type { SessionToStore } from '@mako-session/core'

export function newKey(): string {
  return randomBytes(16).toString('hex')
}

export function newVersion(): string {
  return randomBytes(16).toString('base64url')
}

export function newUserKey(): string {
  return randomBytes(32).toString('hex')
}

export function newSession(session: Partial<SessionToStore> = {}): SessionToStore {
  return { version: newVersion(), payload: 'a payload', ttl: 60, ...session }
}
