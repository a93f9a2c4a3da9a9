import type { Session } from '@mako-session/core'

/** One thing that a request does to its session. */
export type Act =
  | readonly ['get' | 'increment' | 'remove', string]
  | readonly ['put' | 'flash', string, unknown]
  /** Adds an item in place to a list that the session holds. */
  | readonly ['push', string, unknown]
  /** Sets a field in place of an object that the session holds. */
  | readonly ['setField', string, string]
  | readonly ['validateToken', string]
  | readonly ['bindUser', string]
  | readonly ['generateToken' | 'csrfToken' | 'spendOwnToken' | 'getData' | 'isNew' | 'userId']
  | readonly ['destroy' | 'regenerateId' | 'fork' | 'clear']

/** Resolves the return value of the act. */
export async function perform(session: Session, [name, key = '', value]: Act): Promise<unknown> {
  switch (name) {
    case 'increment':
      return session.update(key, (count) => Number(count) + 1, 0)
    case 'put':
      return session.put(key, value)
    case 'flash':
      return session.flash(key, value)
    case 'fork':
      return session.regenerateId(true)
    case 'isNew':
    case 'userId':
      return session[name]
    case 'spendOwnToken':
      return session.validateToken(session.generateToken())
    case 'push':
      return pushTo(session.get(key), value)
    case 'setField':
      return setField(session.get(key), String(value))
    default:
      return session[name](key as never)
  }
}

// A request whose session is over or superseded finds nothing to change.

function pushTo(value: unknown, item: unknown): void {
  if (Array.isArray(value)) value.push(item)
}

function setField(value: unknown, field: string): void {
  if (typeof value === 'object' && value !== null) Reflect.set(value, field, true)
}
