import type { Store } from '@mako-session/core'
import { checkArrivals } from './checks/check-arrivals.ts'
import { checkChanges } from './checks/check-changes.ts'
import { checkCookies } from './checks/check-cookies.ts'
import { checkEndings } from './checks/check-endings.ts'
import { checkKeys } from './checks/check-keys.ts'
import { checkTokens } from './checks/check-tokens.ts'
import { type Circumstances, storeSharedSession } from './circumstances.ts'
import { History } from './history.ts'
import type { RequestOrder, RequestOutcome } from './interleaved-request.ts'
import { type ActName, type RequestAct, requestActs } from './request-acts.ts'
import type { ReusedManager } from './reused-manager.ts'
import { exploreSchedules, type StartedRequests, type Turn } from './schedule-explorer.ts'

/** The store of a scenario, and how to make requests over it. */
export interface InterleavingSubject {
  /** With what the checks look at sessions. */
  readonly manager: ReusedManager
  /** The store that all requests work on. */
  readonly store: Store
  /** Makes a request, each of whose store calls waits for its turn. */
  request(order: RequestOrder, turn: Turn): Promise<RequestOutcome>
}

/** How much was explored. */
export interface Explored {
  /** The orders of store calls. */
  readonly schedules: number
  /** The ways in which the answers arrived at the browser. */
  readonly arrivals: number
}

/**
 * Runs requests of one session in every order of their store calls, or in the first `most` of them, and
 * checks the promises after each.
 * @throws {Error} that says what was done, with the broken promise as its `cause`.
 */
export async function exploreInterleavings(
  subject: InterleavingSubject,
  acts: readonly ActName[],
  circumstances: Circumstances = {},
  most?: number,
): Promise<Explored> {
  let arrivals = 0
  const schedules = await exploreSchedules(async (turnOf) => {
    const begun = await begin(subject, acts, circumstances, turnOf)
    const check = async (schedule: string) => {
      const history = await begun.finish()
      try {
        arrivals += await checkPromises(history)
        // Some sets of acts have so many orders that their records would fill a store in memory.
        for (const key of history.records.keys) await subject.store.delete(key)
      } catch (cause) {
        throw new Error(`${cause}\nSchedule ${schedule} of ${history}`, { cause })
      }
    }
    return { requests: begun.requests, check }
  }, most)
  return { schedules, arrivals }
}

interface BegunRequests extends Pick<StartedRequests, 'requests'> {
  readonly finish: () => Promise<History>
}

/** Stores a session and begins the requests that share it. */
async function begin(
  subject: InterleavingSubject,
  acts: readonly ActName[],
  circumstances: Circumstances,
  turnOf: (request: number) => Turn,
): Promise<BegunRequests> {
  const { manager, store } = subject
  const now = Date.now()
  const shared = await storeSharedSession(manager, store, now, circumstances)
  const { isResending = false, replaced } = circumstances
  const order: number[] = []
  const requests = acts.map(async (name, request) => {
    const { steps }: RequestAct = requestActs[name]
    const isLate = replaced && (replaced.latecomers === 'all' || request === 0)
    const cookie = isLate ? shared.oldCookie : shared.cookie
    const turn = turnOf(request)
    const outcome = await subject.request(
      { now, cookie, steps: steps(request, shared.token), isResending },
      async () => {
        await turn()
        order.push(request)
      },
    )
    return { ...outcome, name }
  })
  const finish = async () =>
    History.of({ manager, now, circumstances, shared }, store, await Promise.all(requests), order)
  return { requests, finish }
}

/** Resolves the number of ways in which the answers arrived. */
async function checkPromises(history: History): Promise<number> {
  await checkChanges(history)
  await checkCookies(history)
  await checkEndings(history)
  await checkTokens(history)
  await checkKeys(history)
  return checkArrivals(history)
}
