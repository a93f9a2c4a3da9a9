import type { Session } from '@mako-session/core'

/** One thing that a request does to its session. */
export type Act =
  | readonly ['get' | 'increment', string]
  | readonly ['put' | 'flash', string, unknown]
  | readonly ['validateToken', string]
  | readonly ['bindUser', string]
  | readonly ['generateToken' | 'destroy' | 'regenerateId' | 'fork' | 'isNew' | 'clear']

/** The answer to a request: the return value of each act, and the cookie that was set. */
export interface Reply {
  readonly results: readonly unknown[]
  readonly cookie: string | undefined
}

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
      return session.isNew
    default:
      return session[name](key as never)
  }
}
