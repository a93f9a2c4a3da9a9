import { describe, expect, it } from 'vitest'
import { runnableCases as cases } from '../src/runnable-cases.ts'
import { mutants } from './mutants/all-mutants.ts'
import { toothless } from './toothless.ts'

describe('a case', () => {
  it.each(cases)('$id fails with each mutant that names it, with every seed', async (each) => {
    expect(await toothless(each)).toEqual([])
  })

  it.each(cases)('$id would be reported, if it were empty', async (each) => {
    expect(await toothless({ ...each, run: async () => {} })).not.toEqual([])
  })
})

describe('a mutant', () => {
  it.each(Object.entries(mutants))('"%s" names cases that exist', (_, { fails }) => {
    expect(fails).not.toEqual([])
    expect(cases.map(({ id }) => id)).toEqual(expect.arrayContaining([...fails]))
  })
})
