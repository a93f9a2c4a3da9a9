import { expectPromise } from '../broken-promise.ts'
import type { Answer, History } from '../history.ts'

/** P2 and P11: a session that was ended is over for everyone, its copies included. */
export async function checkEndings(history: History): Promise<void> {
  const { answers, shared, records, circumstances } = history
  const isRecordThere = records.keys.includes(shared.key)
  for (const answer of answers) {
    if (history.hasEmptied(answer)) {
      expectPromise(!isRecordThere, 'P2', `request ${answer.request} emptied it: the record stays`)
    }
    if (history.hasEnded(answer)) {
      expectPromise(!isRecordThere, 'P11', `request ${answer.request} ended it: the record stays`)
      await checkNobodyGoesOn(history, answer)
    }
  }
  for (const answer of answers) await checkNothingComesBack(history, answer)
  const [only] = answers.filter(({ name }) => name === 'remove everything')
  const isAlone = answers.every(({ name }) => name === 'remove everything' || name === 'renewal')
  if (only && isAlone && circumstances.isNearlyEmpty) {
    expectPromise(!isRecordThere, 'P11', 'nothing is left in the session: the record stays')
  }
}

async function checkNobodyGoesOn(history: History, ending: Answer): Promise<void> {
  const { shared, answers } = history
  const others = answers.filter((other) => other !== ending && other.user === undefined)
  for (const cookie of [shared.cookie, shared.oldCookie, ...others.map((it) => it.cookie)]) {
    if (cookie === undefined) continue
    const session = await history.load(cookie)
    const isOver = !session.has('base') && session.userId === undefined
    expectPromise(isOver, 'P11', `request ${ending.request} ended it: somebody goes on`)
  }
}

/** What a request began after it had found the session ended holds nothing of that session. */
async function checkNothingComesBack(history: History, answer: Answer): Promise<void> {
  const { calls, answers, shared, isEnded } = history
  if (!isEnded || answer.cookie === undefined) return
  const endings = answers.filter((it) => history.hasEnded(it) || history.hasEmptied(it))
  const isEnding = new Set(endings.map(({ request }) => request))
  // An ending closes the record before it deletes it.
  const ended = calls.findIndex(
    ({ request, key, operation, isDone }) =>
      isEnding.has(request) && key === shared.key && isDone && operation !== 'read',
  )
  const lastRead = calls.findLastIndex(
    ({ request, key, operation }) =>
      request === answer.request && key === shared.key && operation === 'read',
  )
  if (ended < 0 || lastRead < ended) return
  const session = await history.load(answer.cookie)
  expectPromise(!session.has('base'), 'P2', `request ${answer.request} brought the session back`)
}
