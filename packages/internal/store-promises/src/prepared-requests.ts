import { type Session, SessionManager, type Store } from '@mako-session/core'

/** Makes a request. Its session, if it has one, was stored before. */
export type PreparedRequest = () => Promise<unknown>

/** Requests of each kind over a store, to count what they cost. */
export async function preparedRequests(store: Store) {
  const sessions = new SessionManager({
    store,
    secrets: 'a secret for counting what requests cost',
    cookie: { secure: false },
    gcInterval: false,
  })
  const request = async (cookie: string | undefined, act: (session: Session) => unknown) => {
    const session = await sessions.load(cookie)
    act(session)
    return (await sessions.commit(session))?.split(';')[0]
  }
  const prepared = async (
    act: (session: Session) => unknown,
    begin: (session: Session) => unknown = (session) => session.put('name', 'Jane'),
  ): Promise<PreparedRequest> => {
    const cookie = await request(undefined, begin)
    return () => request(cookie, act)
  }
  const read = (session: Session) => session.get('name')
  const change = (session: Session) => session.update('count', (count) => Number(count) + 1, 0)
  return {
    withoutCookie: () => request(undefined, read),
    forged: () => request(`session=${'x'.repeat(64)}.${'y'.repeat(43)}`, read),
    reading: await prepared(read),
    changing: await prepared(change),
    changingOfUser: await prepared(change, (session) => session.bindUser('user-1')),
    ending: await prepared((session) => session.destroy()),
  }
}
