import { describe, expect, it } from 'vitest'
import { runCase } from '../src/run/run-case.ts'
import { runnableCases as cases } from '../src/runnable-cases.ts'
import { mutantSubject } from './mutant-subject.ts'
import { referenceSettings } from './reference-settings.ts'

const seeds = Array.from({ length: 50 }, (_, index) => index + 1)

describe('the reference store', () => {
  it.each(cases)('passes $id, with every seed', async (each) => {
    // Areas do not influence each other. But cases with processes share the machine's cores, so only two run
    // at the same time.
    const atOnce = each.needs.includes('worker') ? 2 : 10
    for (let first = 0; first < seeds.length; first += atOnce) {
      const running = seeds.slice(first, first + atOnce).map((seed) => {
        return runCase(each, mutantSubject(seed), referenceSettings(each, seed))
      })
      for (const outcome of await Promise.all(running))
        expect(outcome).toEqual({ status: 'passed' })
    }
  })
})
