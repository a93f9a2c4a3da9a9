import { expectPromise } from '../broken-promise.ts'
import type { Answer, History } from '../history.ts'

/** P4 and P11: a cookie that was given opens a stored session, and a login that was answered is one. */
export async function checkCookies(history: History): Promise<void> {
  for (const answer of history.answers) {
    const { request, user, error, cookie } = answer
    const place = `request ${request}`
    // An item that was stored, and whose reply was lost, looks like the item of another request.
    const mayConflict = history.circumstances.isResending && answer.name === 'add to a list'
    const isConflict = error === 'ERR_SESSION_CONFLICT' && !mayConflict
    expectPromise(!isConflict, 'P1', `${place} was refused though its changes fit`)
    if (error !== undefined) {
      // Of a commit by hand that succeeded before.
      const isAlive = cookie === undefined || !(await history.load(cookie)).isNew
      expectPromise(isAlive, 'P4', `${place} failed and gave a cookie that opens nothing`)
      continue
    }
    if (user !== undefined)
      expectPromise(cookie !== undefined, 'P11', `${place} logged in, no cookie`)
    if (cookie === undefined) continue
    const session = await history.load(cookie)
    const mayBeOver = history.isEndedByOther(answer) || isReplacedLater(history, answer)
    expectPromise(!session.isNew || mayBeOver, 'P4', `the cookie of ${place} opens nothing`)
    if (!session.isNew && user !== undefined) await checkLogin(history, answer, user)
  }
  checkLateAnswers(history)
  await checkOldCookies(history)
}

/** Whether another request replaced the id after this one had given its cookie. */
export function isReplacedLater(history: History, answer: Answer): boolean {
  const { replacement } = history
  if (!replacement || replacement === answer || !history.isShared(answer.cookie)) return false
  return history.lastWriteOf(replacement) > history.lastWriteOf(answer)
}

async function checkLogin(history: History, answer: Answer, user: string): Promise<void> {
  const { request, act, cookie } = answer
  const session = await history.load(cookie)
  const place = `the login of request ${request}`
  expectPromise(session.userId === user, 'P11', `${place} belongs to ${session.userId}`)
  const mayHaveBase = !act.ends && !history.hasEnded(answer)
  if (!mayHaveBase) expectPromise(!session.has('base'), 'P2', `${place} has what was cleared`)
  for (const other of history.answers) {
    if (other.user === undefined || other.user === user) continue
    const isForeign = session.has(`put by ${other.request}`)
    expectPromise(!isForeign, 'P7', `${place} has what ${other.user} put`)
  }
  const isJoined = history.isShared(cookie) && history.replacement !== answer
  expectPromise(!isJoined || mayJoin(history, answer), 'P7', `${place} joined another session`)
  if (isOwedData(history, answer)) {
    expectPromise(session.has('base'), 'P11', `${place} lost the data of the session`)
  }
}

/** Whether a login goes on with the data that the session held. */
function isOwedData(history: History, answer: Answer): boolean {
  const { act, user, wasFound, wasSuperseded, loadedUser } = answer
  if (act.ends || !history.isBaseOwed) return false
  if (wasFound) return loadedUser === undefined || loadedUser === user
  return wasSuperseded && mayJoin(history, answer)
}

/** Whether the login of the same user retired the secret that a request came with, within the grace. */
function mayJoin(history: History, answer: Answer): boolean {
  const { replacement, circumstances, shared } = history
  const isSlow = answer.name === 'log in slowly'
  if (!answer.isLatecomer) {
    const isOutOfTime = isSlow && (replacement?.name !== answer.name || !answer.wasFound)
    return replacement !== undefined && replacement.user === answer.user && !isOutOfTime
  }
  const isReplacedAgain = replacement !== undefined && !isReplacedLater(history, answer)
  const isByLogin = circumstances.replaced?.by === 'log in' && answer.user === shared.user
  return isByLogin && !isReplacedAgain && !isSlow
}

/** P2: a request whose id was replaced before it came gets a cookie only for a login or a new beginning. */
function checkLateAnswers(history: History): void {
  for (const answer of history.answers) {
    const { request, act, user, wasFound, cookie } = answer
    if (wasFound || user !== undefined || act.ends || !history.knew(answer)) continue
    if (history.isEnded) continue
    expectPromise(cookie === undefined, 'P2', `request ${request} was superseded and got a cookie`)
  }
  const { answers, replacement } = history
  for (const answer of answers) {
    const { name, error, request, cookie } = answer
    const isCopy = name === 'regenerateId(true)' && error === undefined && cookie !== undefined
    if (!isCopy || !replacement || !answer.wasFound) continue
    // It notes the copy in the record, which it must still hold then.
    const isHeld = history.lastWriteOf(answer) < history.lastWriteOf(replacement)
    expectPromise(isHeld, 'P2', `request ${request} was superseded and copied the session`)
  }
}

/** P2: an id that was replaced opens nothing. */
async function checkOldCookies(history: History): Promise<void> {
  const { shared, rotations, replacement, circumstances } = history
  if (replacement) {
    const { isNew } = await history.load(shared.cookie)
    expectPromise(isNew, 'P2', 'the id that was replaced opens the session')
  }
  if (circumstances.replaced) {
    const { isNew } = await history.load(shared.oldCookie)
    expectPromise(isNew, 'P2', 'the id that was replaced before opens the session')
  }
  for (const { user, act, request, isLatecomer } of rotations) {
    if (!isLatecomer && rotations[0]?.request === request) continue
    const hasJoined = user !== undefined && !act.ends
    expectPromise(
      hasJoined || replacement?.request === request,
      'P2',
      `request ${request} replaced an id that was replaced`,
    )
  }
}
