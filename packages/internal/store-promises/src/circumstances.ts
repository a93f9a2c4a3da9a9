import type { Session, Store } from '@mako-session/core'
import { grace, mainUser } from './request-acts.ts'
import type { ReusedManager } from './reused-manager.ts'

/** What happened before the requests of a scenario, and what happens to their store calls. */
export interface Circumstances {
  /** Whether the session belongs to the main user, before its id is replaced. */
  readonly isLoggedIn?: boolean
  /** Whether it holds one value and nothing else. */
  readonly isNearlyEmpty?: boolean
  /** Whether the reply to the first write of each request is lost, and that write is sent again. */
  readonly isResending?: boolean
  /** How the id was replaced before the requests came. */
  readonly replaced?: {
    readonly by: 'log in' | 'regenerateId'
    /** Whether that was longer ago than the grace. */
    readonly isLongAgo: boolean
    /** Which requests come with the id that was replaced. */
    readonly latecomers: 'first' | 'all'
  }
}

/** The session that the requests of a scenario share. */
export interface SharedSession {
  readonly key: string
  /** The user that it belongs to. */
  readonly user: string | undefined
  /** The cookie that opens it. */
  readonly cookie: string
  /** The cookie before the id was replaced; the same one if it was not. */
  readonly oldCookie: string
  /** A one-time token of it. */
  readonly token: string
}

/** Stores the session that the requests of a scenario share. `now` is when they come. */
export async function storeSharedSession(
  manager: ReusedManager,
  store: Store,
  now: number,
  { isLoggedIn = false, isNearlyEmpty = false, replaced }: Circumstances,
): Promise<SharedSession> {
  let cookie = ''
  const before = async (seconds: number, change: (session: Session) => unknown) => {
    const sessions = manager.over(store, now - seconds * 1_000)
    const session = await sessions.load(cookie)
    change(session)
    const setCookie = await sessions.commit(session)
    if (setCookie !== undefined) cookie = setCookie.split(';')[0] ?? ''
  }
  // Longer ago than renewInterval, so each request has a renewal to write.
  await before(120, (session) => {
    session.put('base', true)
    if (isNearlyEmpty) return
    session.put('list', ['first'])
    session.put('object', {})
    for (const request of [0, 1, 2]) session.put(`object ${request}`, {})
  })
  if (isLoggedIn) await before(110, (session) => session.bindUser(mainUser))
  const oldCookie = cookie
  const sinceReplaced = replaced?.isLongAgo ? 2 * grace + 5 : grace - 5
  if (replaced?.by === 'log in') await before(sinceReplaced, (it) => it.bindUser(mainUser))
  if (replaced?.by === 'regenerateId') await before(sinceReplaced, (it) => it.regenerateId())
  let token = ''
  if (!isNearlyEmpty) {
    await before(replaced ? sinceReplaced - 1 : 100, (session) => {
      token = session.generateToken()
    })
  }
  const isOwned = isLoggedIn || replaced?.by === 'log in'
  const user = isOwned ? mainUser : undefined
  return { key: keyIn(cookie), user, cookie, oldCookie, token }
}

/** The key of the session that a cookie belongs to. */
export function keyIn(cookie: string): string {
  return Buffer.from(cookie.split('=')[1]?.slice(0, 64) ?? '', 'base64url').toString('hex', 0, 16)
}
