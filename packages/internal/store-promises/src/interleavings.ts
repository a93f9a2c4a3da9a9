import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type ActName,
  acts,
  InterleavingScenario,
  type InterleavingSubject,
} from './interleaving-scenario.ts'
import { exploreSchedules } from './schedule-explorer.ts'

const allActs = Object.keys(acts) as ActName[]
/** As documented, an update may count twice when its reply was lost *and* another writer came between. */
const actsThatMayRepeat = allActs.filter((act) => act !== 'update and put')

const threes: readonly (readonly ActName[])[] = [
  ['update and put', 'update and put', 'destroy'],
  ['update and put', 'update and put', 'regenerateId'],
  ['update and put', 'bindUser', 'destroy'],
  ['update and put', 'bindUser', 'regenerateId(true)'],
  ['validateToken', 'validateToken', 'update and put'],
  ['renewal', 'renewal', 'destroy'],
  ['bindUser', 'bindUser', 'destroy'],
]

/** How long tests may take: `long` ones run by `test:long`. */
export type TestLength = 'short' | 'long'

/** Tests every order of the store calls of two requests; with `long`, of some sets of three requests. */
export function describeInterleavings(
  name: string,
  length: TestLength,
  open: () => Promise<OpenedSubject>,
): void {
  describe(`${name}: no interleaving of requests of one session breaks a promise`, () => {
    let subject: OpenedSubject
    let explored = 0
    const test = (names: readonly ActName[], isResending: boolean) =>
      it(`${names.join(' and ')}${isResending ? ', each write sent twice' : ''}`, async () => {
        explored += await exploreSchedules((turnOf) =>
          new InterleavingScenario(subject, names, isResending).begin(turnOf),
        )
      })

    beforeAll(async () => {
      subject = await open()
    })

    if (length === 'short') {
      for (const pair of pairsOf(allActs)) test(pair, false)
      for (const pair of pairsOf(actsThatMayRepeat)) test(pair, true)
    } else {
      for (const three of threes) test(three, false)
    }

    afterAll(async () => {
      await subject?.close()
      expect(explored).toBeGreaterThan(length === 'short' ? 800 : 1_500)
    })
  })
}

/** A subject, and how to close it. */
export interface OpenedSubject extends InterleavingSubject {
  close(): Promise<unknown>
}

function pairsOf(names: readonly ActName[]): (readonly [ActName, ActName])[] {
  return names.flatMap((first, index) =>
    names.slice(index).map((second) => [first, second] as const),
  )
}
