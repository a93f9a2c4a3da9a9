import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Circumstances } from './circumstances.ts'
import { exploreInterleavings, type InterleavingSubject } from './interleaving-scenario.ts'
import { pairsOf } from './pairs-of.ts'
import type { ActName } from './request-acts.ts'

/** How long tests may take: `long` ones run by `test:long`. */
export type TestLength = 'short' | 'long'

/** A subject, and how to close it. */
export interface OpenedSubject extends InterleavingSubject {
  close(): Promise<unknown>
}

interface Combination {
  readonly acts: readonly ActName[]
  readonly circumstances: Circumstances
}

const mainActs: readonly ActName[] = [
  'put',
  'update',
  'log in',
  'regenerateId',
  'regenerateId(true)',
  'clear and flash',
  'destroy',
  'validateToken',
  'renewal',
]
const replacedIdActs: readonly ActName[] = [
  'put',
  'log in',
  'regenerateId',
  'regenerateId(true)',
  'destroy',
]
/** Of acts with more store calls, resent writes have too many orders for several processes. */
const resentActs: readonly ActName[] = ['put', 'log in', 'regenerateId']
const lateActs: readonly ActName[] = ['put', 'log in', 'clear and flash', 'validateToken']
const threes: readonly (readonly ActName[])[] = [
  ['update', 'update', 'destroy'],
  ['update', 'update', 'regenerateId'],
  ['update', 'log in', 'destroy'],
  ['put', 'log in', 'regenerateId(true)'],
  ['validateToken', 'validateToken', 'update'],
  ['renewal', 'renewal', 'clear and flash'],
  ['log in', 'log in', 'put'],
]

/**
 * Tests orders of the store calls of two requests; with `long`, of some sets of three requests. It is a
 * part of what the tests of this package explore in memory: each store has to give the same.
 */
export function describeInterleavings(
  name: string,
  length: TestLength,
  open: () => Promise<OpenedSubject>,
): void {
  describe(`${name}: no interleaving of requests of one session breaks a promise`, () => {
    let subject: OpenedSubject
    let explored = 0
    beforeAll(async () => {
      subject = await open()
    })
    for (const { acts, circumstances } of length === 'short' ? pairs() : triples()) {
      const { isResending, replaced } = circumstances
      const first = replaced ? 'with a replaced id, ' : ''
      it(`${first}${acts.join(' and ')}${isResending ? ', a reply is lost' : ''}`, async () => {
        explored += (await exploreInterleavings(subject, acts, circumstances)).schedules
      })
    }
    afterAll(async () => {
      await subject?.close()
      expect(explored).toBeGreaterThan(800)
    })
  })
}

function pairs(): Combination[] {
  const replaced = { by: 'log in', isLongAgo: false, latecomers: 'first' } as const
  const late = lateActs.flatMap((first) => replacedIdActs.map((second) => [first, second]))
  return [
    ...pairsOf(mainActs).map((acts) => ({ acts, circumstances: {} })),
    ...pairsOf(resentActs).map((acts) => ({ acts, circumstances: { isResending: true } })),
    ...late.map((acts) => ({ acts, circumstances: { replaced } })),
  ]
}

function triples(): Combination[] {
  return threes.map((acts) => ({ acts, circumstances: {} }))
}
