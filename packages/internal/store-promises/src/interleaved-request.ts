import type { Session, SessionManager, Store } from '@mako-session/core'
import type { ReusedManager } from './reused-manager.ts'
import type { Turn } from './schedule-explorer.ts'
import { ScheduledStore, type StoreCall } from './scheduled-store.ts'
import { type Act, perform } from './session-act.ts'

/** What a request of a scenario does: acts of its session, commits by hand, and waits of some seconds. */
export type RequestStep = Act | readonly ['commit'] | readonly ['wait', number]

/** A request to make, in this process or in another. */
export interface RequestOrder {
  /** The clock of the request stands at this time. All requests of a scenario have the same one. */
  readonly now: number
  readonly cookie: string | undefined
  readonly steps: readonly RequestStep[]
  /** Whether the reply to its first write is lost, and the store's client sends that write again. */
  readonly isResending: boolean
}

/** The outcome of a request. */
export interface RequestOutcome {
  /** Whether the session that its cookie named was found. */
  readonly wasFound: boolean
  /** Whether it found the id in its cookie replaced by another request. */
  readonly wasSuperseded: boolean
  /** The user of the session as it was loaded. */
  readonly loadedUser: string | undefined
  /** The return value of each step. */
  readonly results: readonly unknown[]
  /** The code of the error that it was answered with, by an error page that changes nothing. */
  readonly error: string | undefined
  /** The cookie that was given: name and value. */
  readonly cookie: string | undefined
  /** Whether the cookie was cleared. */
  readonly isCookieCleared: boolean
  /** Its calls of the store. Each took one turn. */
  readonly calls: readonly StoreCall[]
}

/** Makes a request whose store calls wait for their turn. */
export async function makeRequest(
  manager: ReusedManager,
  store: Store,
  { now, cookie, steps, isResending }: RequestOrder,
  turn: Turn,
): Promise<RequestOutcome> {
  const scheduled = new ScheduledStore(store, turn, isResending)
  const sessions = manager.over(scheduled, now)
  const session = await sessions.load(cookie)
  const { isNew, isSuperseded, userId } = session
  const results: unknown[] = []
  const answered = answer(sessions, session, async () => {
    for (const step of steps) {
      if (step[0] === 'wait') manager.over(scheduled, now + step[1] * 1_000)
      else if (step[0] === 'commit') results.push(await sessions.commit(session))
      else results.push(await perform(session, step))
    }
  })
  const { error, setCookie } = await answered
  const [given = ''] = setCookie?.split(';') ?? []
  const isCookieCleared = given.endsWith('=')
  return {
    wasFound: !isNew,
    wasSuperseded: isSuperseded,
    loadedUser: userId,
    results,
    error,
    cookie: given === '' || isCookieCleared ? undefined : given,
    isCookieCleared,
    calls: scheduled.calls,
  }
}

/** Runs a handler, and ends the session as a binding does. */
async function answer(
  sessions: SessionManager,
  session: Session,
  handle: () => Promise<void>,
): Promise<{ readonly error?: string; readonly setCookie?: string | undefined }> {
  try {
    await handle()
  } catch (thrown) {
    const setCookie = await sessions.end(session, { status: 500 })
    return { error: codeOf(thrown), setCookie }
  }
  try {
    return { setCookie: await sessions.end(session) }
  } catch (thrown) {
    return { error: codeOf(thrown) }
  }
}

const expectedCodes = ['ERR_SESSION_SUPERSEDED', 'ERR_SESSION_LOST', 'ERR_SESSION_CONFLICT']

/** The code of an error that a visitor may be answered with. Rethrows any other error. */
function codeOf(thrown: unknown): string {
  // The class of the error may be that of a copy of core.
  const code: unknown = thrown instanceof Error ? Reflect.get(thrown, 'code') : undefined
  if (typeof code === 'string' && expectedCodes.includes(code)) return code
  throw thrown
}
