import type { RunnableCase } from '../src/conformance-case.ts'
import { realWait } from '../src/context/wait.ts'
import { type CaseSettings, runCase } from '../src/run/run-case.ts'
import type { Mutant } from './mutant.ts'
import { mutantSubject } from './mutant-subject.ts'
import { mutants } from './mutants/all-mutants.ts'
import { referenceSettings } from './reference-settings.ts'

const seeds = Array.from({ length: 20 }, (_, index) => index + 1)

/** For mutants whose process does not end: the seconds that the case waits, and the number of seeds. */
const stayingAlive = { wait: 0.1, seeds: 3 }

/**
 * Lists the mutants that name a case and still pass it, with the seed. Also says when no mutant names the case.
 * The list is empty where each of these mutants fails the case.
 */
export async function toothless(conformanceCase: RunnableCase): Promise<string[]> {
  const { id } = conformanceCase
  const named = Object.entries(mutants).filter(([, { fails }]) => fails.includes(id))
  if (named.length === 0) return ['no mutant is named for it']
  const complaints: string[] = []
  for (const [name, mutant] of named) {
    for (const seedsAtOnce of batchesFor(conformanceCase, mutant)) {
      const found = await Promise.all(
        seedsAtOnce.map((seed) => complaint(conformanceCase, mutant, seed)),
      )
      const text = found.find((each) => each !== undefined)
      if (text !== undefined) complaints.push(`${name}: ${text}`)
    }
  }
  return complaints
}

/** Areas do not influence each other. But cases with processes share the machine, so only two run at once. */
function batchesFor({ needs }: RunnableCase, { staysAlive }: Mutant): number[][] {
  if (staysAlive) return [seeds.slice(0, stayingAlive.seeds)]
  const atOnce = needs.includes('worker') ? 2 : seeds.length
  const batches: number[][] = []
  for (let at = 0; at < seeds.length; at += atOnce) batches.push(seeds.slice(at, at + atOnce))
  return batches
}

async function complaint(
  conformanceCase: RunnableCase,
  mutant: Mutant,
  seed: number,
): Promise<string | undefined> {
  const settings = { ...referenceSettings(conformanceCase, seed), ...briefly(mutant) }
  const outcome = await runCase(conformanceCase, mutantSubject(seed, mutant), settings)
  if (outcome.status !== 'failed') return `${outcome.status} with seed ${seed}`
  const { cause } = outcome.error
  // A mutant that has a programming error, or is only slow, does not show that the case finds it.
  const isAccident = cause instanceof TypeError || /took longer/.test(`${cause}`)
  const isExpected = mutant.staysAlive?.test(`${cause}`) ?? !isAccident
  return isExpected ? undefined : `broken by accident with seed ${seed}: ${cause}`
}

/**
 * A short wait for a process that does not end. It cannot fail a process that is only slow to end, because
 * `staysAlive` also checks what the process holds.
 */
function briefly({ staysAlive }: Mutant): Pick<CaseSettings, 'wait'> {
  if (!staysAlive) return {}
  return { wait: (_, signal) => realWait(stayingAlive.wait, signal) }
}
