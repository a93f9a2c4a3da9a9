import { describe, expect, it } from 'vitest'
import type { Circumstances } from '../src/circumstances.ts'
import { pairsOf } from '../src/pairs-of.ts'
import type { ActName } from '../src/request-acts.ts'
import { exploreAll } from './explore-pairs.ts'

/** Acts with few store calls, so that three of them have hundreds of orders. */
const acts: readonly ActName[] = [
  'put',
  'log in',
  'log in as another user',
  'regenerateId',
  'validateToken',
]

const pairs = pairsOf(acts)

/** Every set of three of these acts. */
export const threesOfChanges = acts.flatMap((first, index) =>
  pairsOf(acts.slice(index)).map((pair) => [first, ...pair] as const),
)

/** Every set of two of these acts with a logout or a fork, and of one with both. */
export const threesWithAnEnd = [
  ...pairs.map((pair) => ['destroy', ...pair] as const),
  ...pairs.map((pair) => ['regenerateId(true)', ...pair] as const),
  ...acts.map((act) => ['destroy', 'regenerateId(true)', act] as const),
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
