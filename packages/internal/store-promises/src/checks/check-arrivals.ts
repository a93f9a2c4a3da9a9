import type { Session } from '@mako-session/core'
import { expectPromise } from '../broken-promise.ts'
import type { Answer, History } from '../history.ts'
import { grace, mainUser } from '../request-acts.ts'
import { isReplacedLater } from './check-cookies.ts'

/**
 * P11 in the browser: answers are lost, and arrive in any order. Whatever cookie the browser has in the
 * end, the visitor can log in, at once and after the grace, and finds the data that are still there.
 * Resolves the number of cases.
 */
export async function checkArrivals(history: History): Promise<number> {
  const answers = history.answers.filter((it) => it.cookie !== undefined || it.isCookieCleared)
  let count = 0
  // The browser keeps the cookie that arrives last. It matters only whether all the others arrived.
  for (const last of [undefined, ...answers]) {
    for (const isComplete of new Set([answers.length <= (last ? 1 : 0), last !== undefined])) {
      count += 1
      if (last?.isCookieCleared) continue
      if (isComplete && last) await checkLast(history, last)
      const cookie = last?.cookie ?? cookieBefore(history)
      await checkNextLogin(history, cookie, 0)
      await checkNextLogin(history, cookie, grace + 5)
    }
  }
  return count
}

function cookieBefore({ shared, answers }: History): string {
  return answers.every(({ isLatecomer }) => isLatecomer) ? shared.oldCookie : shared.cookie
}

async function checkLast(history: History, last: Answer): Promise<void> {
  if (history.isEnded || isReplacedLater(history, last)) return
  const session = await history.load(last.cookie)
  expectPromise(!session.isNew, 'P11', 'all answers arrived, and the cookie opens nothing')
  if (last.user === undefined) return
  expectPromise(session.userId === last.user, 'P11', 'all answers arrived, and nobody is logged in')
}

/** A visitor whose answers got lost logs in with the cookie that the browser has. */
async function checkNextLogin(history: History, cookie: string, seconds: number): Promise<void> {
  const sessions = history.sessions(history.records.copy(), seconds)
  const before = await sessions.load(cookie)
  const isOwed = await isOwedData(history, before, cookie, seconds)
  before.bindUser(mainUser)
  const [given] = (await sessions.commit(before))?.split(';') ?? []
  const session = await sessions.load(given)
  const when = seconds > 0 ? 'after the grace' : 'at once'
  expectPromise(session.userId === mainUser, 'P11', `a login ${when} is none`)
  if (isOwed) expectPromise(session.has('base'), 'P11', `a login ${when} has lost the data`)
}

/** Whether the data of the session are to go on with a login by this cookie. */
async function isOwedData(
  history: History,
  { isNew, isSuperseded, userId }: Session,
  cookie: string,
  seconds: number,
): Promise<boolean> {
  const isUsers = userId === undefined || userId === mainUser
  if (!history.isBaseOwed || !isUsers) return false
  if (history.answers.some(({ act, cookie: own }) => own === cookie && act.ends)) return false
  if (!isNew) return history.isShared(cookie)
  if (!isSuperseded || seconds > 0) return false
  const { replacement, circumstances, shared } = history
  if (replacement) return cookie === shared.cookie && replacement.user === mainUser
  return cookie === shared.oldCookie && circumstances.replaced?.by === 'log in'
}
