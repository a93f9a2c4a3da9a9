import { describe, expect, it } from 'vitest'
import { runnableCases as cases } from '../src/runnable-cases.ts'
import { mutants } from './mutants/all-mutants.ts'
import { toothless } from './toothless.ts'

describe('a case', { timeout: 600_000 }, () => {
  it.each(cases)('$id fails the mutants named for it, with every seed', async (each) => {
    expect(await toothless(each)).toEqual([])
  })

  it.each(cases)('$id would be missed, were it empty', async (each) => {
    expect(await toothless({ ...each, run: async () => {} })).not.toEqual([])
  })
})

describe('a mutant', () => {
  it.each(Object.entries(mutants))('"%s" is named for cases that exist', (_, { fails }) => {
    expect(fails).not.toEqual([])
    expect(cases.map(({ id }) => id)).toEqual(expect.arrayContaining([...fails]))
  })
})
