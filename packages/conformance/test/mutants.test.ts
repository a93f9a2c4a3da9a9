import { describe, expect, it } from 'vitest'
import { cases } from '../src/conformance-cases.ts'
import { runConformance } from '../src/run-conformance.ts'
import type { Mutant } from './mutant.ts'
import { mutantSubject } from './mutant-subject.ts'
import { areaMutants } from './mutants/area-mutants.ts'
import { payloadMutants } from './mutants/payload-mutants.ts'
import { readMutants } from './mutants/read-mutants.ts'
import { timeMutants } from './mutants/time-mutants.ts'
import { userMutants } from './mutants/user-mutants.ts'
import { writeMutants } from './mutants/write-mutants.ts'

const seeds = Array.from({ length: 20 }, (_, index) => index + 1)
const mutants: Readonly<Record<string, Mutant>> = {
  ...readMutants,
  ...writeMutants,
  ...payloadMutants,
  ...timeMutants,
  ...areaMutants,
  ...userMutants,
}

describe('the suite', { timeout: 60_000 }, () => {
  it('passes the reference store, with every seed', async () => {
    for (const seed of seeds) {
      const { results } = await runConformance(mutantSubject(seed), { seed })
      const failed = results.filter(({ status }) => status === 'failed')
      expect(failed.map(({ error }) => error?.message)).toEqual([])
    }
  })

  it.each(Object.entries(mutants))('finds that %s, with every seed', async (_, mutant) => {
    for (const seed of seeds) {
      const options = { seed, only: mutant.fails, timeLimit: 5 }
      const { results } = await runConformance(mutantSubject(seed, mutant), options)
      // A mutant that is broken by accident shows nothing.
      for (const { error } of results) expect(error?.cause).not.toBeInstanceOf(TypeError)
      const survived = results.filter(({ status }) => status !== 'failed').map(({ id }) => id)
      expect(survived, `seed ${seed}`).toEqual([])
    }
  })

  it('has no case of one process that finds nothing', () => {
    const found = new Set(Object.values(mutants).flatMap(({ fails }) => fails))
    const inOneProcess = cases.filter(({ needs }) => !needs.includes('worker'))
    expect(inOneProcess.map(({ id }) => id).filter((id) => !found.has(id))).toEqual([])
  })
})
