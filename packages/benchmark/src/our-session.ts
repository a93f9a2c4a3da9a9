import { type Session, SessionManager, type Store } from '@mako-session/core'
import { sessionData } from './signed-session.ts'

/** Requests of one visitor: a function that runs one, with what it does to its session. */
export async function ourRequests(
  store: Store,
): Promise<(handle: (session: Session) => unknown) => () => Promise<unknown>> {
  const sessions = new SessionManager({
    store,
    secrets: 'the secret of a benchmark, long enough',
    gcInterval: false,
  })
  const first = await sessions.load(undefined)
  for (const [key, value] of Object.entries(sessionData)) first.put(key, value)
  const setCookie = (await sessions.commit(first)) ?? ''
  const cookie = `a=b; ${setCookie.split(';')[0]}`
  return (handle) => async () => {
    const session = await sessions.load(cookie)
    handle(session)
    await sessions.end(session)
  }
}

/** What a request does that only reads. */
export function read(session: Session): unknown {
  return session.get('name')
}

/** What a request does that changes one value. */
export function change(session: Session): void {
  session.update('visits', (visits) => Number(visits) + 1)
}
