import { describe, expect, it } from 'vitest'
import type { Circumstances } from '../src/circumstances.ts'
import { pairsOf } from '../src/pairs-of.ts'
import type { ActName } from '../src/request-acts.ts'
import { exploreAll } from './explore-pairs.ts'

/** Acts with few store calls, so that three of them have hundreds of orders. */
const changes: readonly ActName[] = ['put', 'log in', 'regenerateId', 'validateToken']
/** Over a session of nobody a login of another user is one, too; over one of a user it is an end. */
const changesOfNobody: readonly ActName[] = [...changes, 'log in as another user']
const pairs = pairsOf(changes)

/** Every set of three changes of a session of nobody. */
export const threesOfChanges = changesOfNobody.flatMap((first, index) =>
  pairsOf(changesOfNobody.slice(index)).map((pair) => [first, ...pair] as const),
)

/**
 * Every set of two changes and an end or a fork, and of one with a logout and a fork. An end and a fork
 * have many store calls: with two ends and a fork there are more than 100 000 orders. A login of another
 * user is an end, too, and explored with each other act in the pairs.
 */
export const threesWithAnEnd = [
  ...pairs.map((pair) => ['destroy', ...pair] as const),
  ...pairs.map((pair) => ['regenerateId(true)', ...pair] as const),
  ...changes.map((act) => ['destroy', 'regenerateId(true)', act] as const),
]

/** Tests every order of the store calls of three requests. */
export function describeThrees(
  session: string,
  threes: readonly (readonly ActName[])[],
  circumstances: Circumstances,
): void {
  describe(`Three requests of a session ${session} keep every promise in every order`, () => {
    it.each(threes)('%s, %s and %s', async (...three) => {
      expect((await exploreAll([three], circumstances)).schedules).toBeGreaterThan(90)
    })
  })
}
