import { expectPromise } from '../broken-promise.ts'
import type { Answer, History } from '../history.ts'

/** P1: what a request was told to be stored is stored, unless another request ended the session. */
export async function checkChanges(history: History): Promise<void> {
  for (const answer of history.answers) await checkAnswer(history, answer)
  await checkCount(history)
}

async function checkAnswer(history: History, answer: Answer): Promise<void> {
  const { name, act, request, error, wasFound, cookie } = answer
  const { isKeptIn } = act
  const foundNothingToChange = act.changesInPlace && !wasFound
  if (!isKeptIn || error !== undefined || foundNothingToChange) return
  const hasWritten = history.calls.some(
    (call) => call.request === request && call.isDone && call.operation !== 'read',
  )
  expectPromise(hasWritten, 'P1', `request ${request} succeeded without a write`)
  if (cookie !== undefined && isKeptIn(await history.load(cookie), request)) return
  const survivor = await history.survivor()
  if (survivor && isKeptIn(survivor, request)) return
  const isEnded = history.knew(answer) && history.isEndedByOther(answer)
  const isForgiven = isEnded || (name === 'flash' && wasSeen(history, answer))
  expectPromise(isForgiven, 'P1', `what request ${request} kept is lost`)
}

/** Whether another request loaded the session after this one had written: then its flash values are gone. */
function wasSeen({ calls, shared }: History, { request }: Answer): boolean {
  const written = calls.findIndex(
    (call) => call.request === request && call.operation !== 'read' && call.isDone,
  )
  return calls.some(
    (call, position) => call.request !== request && call.key === shared.key && position > written,
  )
}

/**
 * Each update counts once. After a lost reply it may count twice, if another writer came between; but
 * not with a new id, by which the request finds what it has written.
 */
async function checkCount(history: History): Promise<void> {
  const { answers, isEnded, circumstances } = history
  const survivor = await history.survivor()
  if (isEnded || !survivor) return
  const logins = answers.filter((it) => it.name === 'log in' && history.isShared(it.cookie)).length
  const counted = survivor.get('logins', 0)
  expectPromise(counted === logins, 'P1', `${logins} logins counted ${counted}`)
  const updates = answers.filter(({ name, wasFound }) => name === 'update' && wasFound)
  const succeeded = updates.filter(({ error }) => error === undefined).length
  const most = circumstances.isResending ? 2 * updates.length : succeeded
  const count = Number(survivor.get('count', 0))
  const isRight = count >= succeeded && count <= most
  expectPromise(isRight, 'P1', `${succeeded} updates counted ${count}`)
}
