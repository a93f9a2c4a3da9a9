import { expectPromise } from '../broken-promise.ts'
import type { Answer, History } from '../history.ts'

/** P5: one-time tokens, and tokens for forms that can be used many times. */
export async function checkTokens(history: History): Promise<void> {
  const { answers } = history
  const validations = answers.filter(({ name }) => name === 'validateToken')
  const accepted = validations.filter(({ results }) => results[0] === true)
  expectPromise(accepted.length <= 1, 'P5', 'a one-time token was accepted twice')
  for (const { request, wasFound } of accepted) {
    expectPromise(wasFound, 'P5', `request ${request} was superseded and spent a token`)
  }
  for (const { name, request, results, wasSuperseded } of answers) {
    const isAccepted = name === 'spend a token of its own' && results[0] === true
    expectPromise(!isAccepted || !wasSuperseded, 'P5', `superseded ${request} spent a token`)
  }
  if (!history.isEnded) await checkValidTokens(history, validations, accepted.length)
  for (const answer of answers) await checkCsrfToken(history, answer)
}

async function checkValidTokens(
  history: History,
  validations: readonly Answer[],
  accepted: number,
): Promise<void> {
  const { shared, answers, replacement, circumstances } = history
  const isTried = validations.some(({ wasFound }) => wasFound)
  if (isTried && !replacement && !circumstances.isResending) {
    expectPromise(accepted === 1, 'P5', 'a valid one-time token was accepted by nobody')
  }
  if (shared.token !== '' && !isTried) {
    const isValid = await isAccepted(history, shared.token)
    if (replacement) expectPromise(!isValid, 'P5', 'a one-time token outlived a new id')
    else expectPromise(isValid, 'P5', 'a one-time token that was not used is not valid any more')
  }
  for (const { name, error, wasFound, results, request } of answers) {
    if (name !== 'generateToken' || error !== undefined || !wasFound || replacement) continue
    const isValid = await isAccepted(history, results[0])
    expectPromise(isValid, 'P5', `the one-time token of request ${request} is not valid`)
  }
}

/** Whether the session at its end accepts a token. Tries it on a copy. */
async function isAccepted(history: History, token: unknown): Promise<boolean> {
  const cookie = [history.shared.cookie, ...history.rotations.map((it) => it.cookie)].at(-1)
  const session = await history.sessions(history.records.copy()).load(cookie)
  return session.validateToken(token)
}

/** A form of a page can be sent with each cookie that opens the session, for as long as that of the page does. */
async function checkCsrfToken(history: History, answer: Answer): Promise<void> {
  const { answers, shared } = history
  const { act, error, request, wasFound, cookie = shared.cookie } = answer
  const index = act.steps(request, '').findIndex(([name]) => name === 'csrfToken')
  if (index < 0 || error !== undefined || !history.isShared(cookie)) return
  if (!wasFound && answer.cookie === undefined) return
  if ((await history.load(cookie)).isNew) return
  for (const other of [shared.cookie, ...answers.map((it) => it.cookie)]) {
    if (other === undefined || !history.isShared(other)) continue
    const session = await history.load(other)
    if (session.isNew) continue
    const isRight = session.verifyCsrfToken(answer.results[index])
    expectPromise(isRight, 'P11', `the form of request ${request} is refused`)
  }
}
