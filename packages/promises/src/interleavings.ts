import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type ActName,
  acts,
  InterleavingScenario,
  type InterleavingSubject,
} from './interleaving-scenario.ts'
import { exploreSchedules } from './schedule-explorer.ts'

const allActs = Object.keys(acts) as ActName[]
/** Documented: an update may run twice when its reply was lost *and* another writer came between. */
const actsThatMayRepeat = allActs.filter((act) => act !== 'update and put')

/** Tests every order in which the store calls of two requests of one session can happen. */
export function describeInterleavings(name: string, open: () => Promise<OpenedSubject>): void {
  describe(`${name}: every interleaving of two requests of one session breaks no promise`, () => {
    let subject: OpenedSubject
    let explored = 0

    beforeAll(async () => {
      subject = await open()
    }, 300_000)

    for (const isResending of [false, true]) {
      for (const pair of pairsOf(isResending ? actsThatMayRepeat : allActs)) {
        it(`${pair.join(' and ')}${isResending ? ', each write sent twice' : ''}`, async () => {
          explored += await exploreSchedules((turnOf) =>
            new InterleavingScenario(subject, pair, isResending).begin(turnOf),
          )
        }, 60_000)
      }
    }

    afterAll(async () => {
      await subject?.close()
      expect(explored).toBeGreaterThan(500)
    })
  })
}

/** A subject, and what ends it. */
export interface OpenedSubject extends InterleavingSubject {
  close(): Promise<unknown>
}

function pairsOf(names: readonly ActName[]): (readonly [ActName, ActName])[] {
  return names.flatMap((first, index) =>
    names.slice(index).map((second) => [first, second] as const),
  )
}
