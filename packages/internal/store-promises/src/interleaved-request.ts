import { SessionError, SessionManager, type Store } from '@mako-session/core'
import { patience } from './patience.ts'
import type { Turn } from './schedule-explorer.ts'
import { ScheduledStore } from './scheduled-store.ts'
import { type Act, perform } from './session-act.ts'

/** A request to make, in this process or in another. */
export interface RequestOrder {
  /** The clock of the request stands at this time. All requests of a scenario have the same one. */
  readonly now: number
  readonly cookie: string | undefined
  readonly acts: readonly Act[]
  /** Whether the reply to each write is lost, and the store's client sends it again. */
  readonly isResending: boolean
}

/** The outcome of a request. */
export interface RequestOutcome {
  /** Whether the session that its cookie named was found. */
  readonly wasFound: boolean
  readonly wasLost: boolean
  /** The return value of each act. */
  readonly results: readonly unknown[]
  /** The cookie that was sent: name and value. */
  readonly cookie: string | undefined
  /** The keys under which it created records. */
  readonly createdKeys: readonly string[]
}

/** A session manager over a store of the test. Its clock stands still at `now`. */
export function interleavedSessions(store: Store, now: number): SessionManager {
  return new SessionManager({
    store,
    secrets: 'the secret that all requests of a test share',
    cookie: { secure: false },
    gcInterval: false,
    // The time of a call includes the wait for its turn.
    storeTimeout: patience,
    onLost: 'throw',
    clock: () => now,
  })
}

/** Makes a request whose store calls wait for their turn. */
export async function makeRequest(
  store: Store,
  { now, cookie, acts, isResending }: RequestOrder,
  turn: Turn,
): Promise<RequestOutcome> {
  const scheduled = new ScheduledStore(store, turn, isResending)
  const sessions = interleavedSessions(scheduled, now)
  const session = await sessions.load(cookie)
  const wasFound = !session.isNew
  const results: unknown[] = []
  for (const act of acts) results.push(await perform(session, act))
  const facts = { wasFound, results, createdKeys: scheduled.createdKeys }
  try {
    const setCookie = await sessions.commit(session)
    return { ...facts, wasLost: false, cookie: setCookie?.split(';')[0] }
  } catch (error) {
    if (!(error instanceof SessionError && error.code === 'ERR_SESSION_LOST')) throw error
    return { ...facts, wasLost: true, cookie: undefined }
  }
}
