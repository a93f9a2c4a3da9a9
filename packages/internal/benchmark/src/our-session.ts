import { type Session, SessionManager, type Store } from '@mako-session/core'
import { sessionData } from './signed-session.ts'

/** For each path, a function that uses the session of a request and returns the answer. */
export const pages: Readonly<Record<string, (session: Session) => unknown>> = {
  '/start'(session) {
    for (const [key, value] of Object.entries(sessionData)) session.put(key, value)
  },
  '/read': (session) => session.get('name'),
  '/change': (session) => session.update('visits', (visits) => Number(visits) + 1),
  '/change-in-place': (session) => buyOneMore(session.get('cart')),
  '/put': (session) => {
    const cart = (session.get('cart') as object[]).map((it) => ({ ...it }))
    buyOneMore(cart)
    session.put('cart', cart)
  },
}

function buyOneMore(cart: unknown): void {
  const [first] = cart as { quantity: number }[]
  if (first) first.quantity = (first.quantity + 1) % 10
}

/** Resolves a function that makes a request of one visitor for a path, without HTTP. */
export async function ourRequests(
  store: Store,
): Promise<(path: '/read' | '/change' | '/change-in-place' | '/put') => () => Promise<unknown>> {
  const sessions = new SessionManager({
    store,
    secrets: 'the secret of a benchmark, long enough',
    gcInterval: false,
  })
  const first = await sessions.load(undefined)
  pages['/start']?.(first)
  const setCookie = (await sessions.commit(first)) ?? ''
  const cookie = `a=b; ${setCookie.split(';')[0]}`
  return (path) => {
    const page = pages[path]
    return async () => {
      const session = await sessions.load(cookie)
      page?.(session)
      await sessions.end(session)
    }
  }
}
