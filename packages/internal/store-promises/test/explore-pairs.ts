import { SessionManager } from '@mako-session/core'
import type { Circumstances } from '../src/circumstances.ts'
import { type Explored, exploreInterleavings } from '../src/interleaving-scenario.ts'
import { memorySubject } from '../src/memory-subject.ts'
import { pairsOf } from '../src/pairs-of.ts'
import { type ActName, requestActs } from '../src/request-acts.ts'

const allActs = Object.keys(requestActs) as ActName[]
const actsOnMuch: readonly ActName[] = [
  'change in place',
  'add to a list',
  'set a field',
  'validateToken',
]

/** All acts that do something to a session of these circumstances. */
function actsFor({ isNearlyEmpty = false }: Circumstances): ActName[] {
  const idle = isNearlyEmpty ? actsOnMuch : ['remove everything']
  return allActs.filter((name) => !idle.includes(name))
}

/** Explores every pair of acts. Where the two requests come with different ids, in both orders. */
export async function explorePairs(
  circumstances: Circumstances,
  acts: readonly ActName[] = actsFor(circumstances),
): Promise<Explored> {
  const isAsymmetric = circumstances.replaced?.latecomers === 'first'
  const pairs = isAsymmetric
    ? acts.flatMap((first) => acts.map((second) => [first, second] as const))
    : pairsOf(acts)
  return exploreAll(pairs, circumstances)
}

/** Explores some sets of acts over stores in memory. */
export async function exploreAll(
  sets: readonly (readonly ActName[])[],
  circumstances: Circumstances,
): Promise<Explored> {
  let schedules = 0
  let arrivals = 0
  for (const acts of sets) {
    const subject = memorySubject(SessionManager)
    const explored = await exploreInterleavings(subject, acts, circumstances)
    schedules += explored.schedules
    arrivals += explored.arrivals
  }
  return { schedules, arrivals }
}
