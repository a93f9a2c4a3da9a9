import { MemoryStore, SessionManager, type SessionOptions } from '../../src/index.ts'
import { Visitor } from './visitor.ts'

export const secret = 'a secret that is long enough for a test'

/** A manager over a store in memory, unless the options say otherwise. */
export function newSessions<
  Data extends object = Record<string, unknown>,
  Flash extends object = Record<string, unknown>,
>(options: Partial<SessionOptions> = {}): SessionManager<Data, Flash> {
  return new SessionManager<Data, Flash>({ store: new MemoryStore(), secrets: secret, ...options })
}

/** A visitor without a cookie. */
export function newVisitor(
  options: Partial<SessionOptions> = {},
): Visitor<Record<string, unknown>> {
  return new Visitor(newSessions(options))
}
