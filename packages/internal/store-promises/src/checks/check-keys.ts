import { expectPromise } from '../broken-promise.ts'
import { keyIn } from '../circumstances.ts'
import type { History } from '../history.ts'

/** P7: keys stay with their user, those that are over are not used again, and each has a holder. */
export async function checkKeys(history: History): Promise<void> {
  const { shared, answers, calls, records } = history
  const userKeys = new Map<string, string>()
  for (const { operation, isDone, key, userKey } of calls) {
    if (!isDone || (operation !== 'create' && operation !== 'update')) continue
    const before = userKeys.get(key)
    expectPromise(!before || userKey === before, 'P7', `key ${key} passed to another user`)
    if (userKey !== undefined) userKeys.set(key, userKey)
  }
  for (const answer of answers) {
    const isUnknown = !answer.wasFound && !answer.wasSuperseded
    const isAdopted = isUnknown && history.isShared(answer.cookie)
    expectPromise(!isAdopted, 'P7', `request ${answer.request} adopted a key that it did not find`)
  }
  await checkLiveIds(history)
  const cookies = answers.flatMap(({ cookie }) => cookie ?? [])
  const held = new Set([shared.key, ...cookies.map(keyIn)])
  for (const key of records.keys) {
    expectPromise(held.has(key), 'P4', `record ${key} was stored for nobody`)
  }
  if (!records.keys.includes(shared.key)) return
  const survivor = await history.survivor()
  expectPromise(survivor !== undefined, 'P11', 'no cookie opens the record that is stored')
  if (shared.user !== undefined) {
    expectPromise(survivor?.userId === shared.user, 'P7', 'the session passed to another user')
  }
}

/** So that the record does not grow, and that one lost id is not one of many. */
async function checkLiveIds(history: History): Promise<void> {
  let count = 0
  for (const { cookie } of history.answers) {
    if (history.isShared(cookie) && !(await history.load(cookie)).isNew) count += 1
  }
  expectPromise(count <= 4, 'P7', `${count} ids open one session`)
}
