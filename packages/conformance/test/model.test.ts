import { describe, expect, it } from 'vitest'
import { runCase } from '../src/run/run-case.ts'
import { runnableCases as cases } from '../src/runnable-cases.ts'
import { mutantSubject } from './mutant-subject.ts'
import { mutants } from './mutants/all-mutants.ts'

describe('model/random-commands', () => {
  it.each([
    {
      name: 'update ignores the version',
      steps: [
        /^create key \d for 1 steps, by handle 0$/,
        /^update key \d expecting the (old|unknown) version/,
      ],
    },
    {
      name: 'delete does nothing',
      steps: [/^create key \d for 1 steps, by handle 0$/, /^delete key \d by handle 0$/],
    },
    {
      name: 'ttl is ignored on read',
      steps: [/^create key \d for 1 steps, by handle 0$/, /^advance 1 steps$/],
    },
  ])(
    'reduces the failure of "$name" to the fewest steps, and shows how to replay them',
    async ({ name, steps }) => {
      const message = await failureOf(name, 7)
      const [, listed = '', replay = ''] =
        /\nafter:\n(.*)\n(fast-check seed \d+, path "[\d:]+")\n/s.exec(message) ?? []
      const shown = listed.split('\n').map((line) => line.trim())
      expect(shown).toEqual(steps.map((step) => expect.stringMatching(step)))
      expect(replay).not.toBe('')
      expect(await failureOf(name, 7)).toContain(replay)
    },
  )

  it('shows the last operations of the smallest failure', async () => {
    const message = await failureOf('delete does nothing', 7)
    const [, operations = ''] = /last operations:\n(.*)\nto run it again/s.exec(message) ?? []
    const methods = [...operations.matchAll(/mako#\d\.(\w+)\(/g)].map(([, method]) => method)
    expect(methods.join()).toMatch(/create,delete(,read)+$/)
  })
})

async function failureOf(name: string, seed: number): Promise<string> {
  const model = cases.find(({ id }) => id === 'model/random-commands')
  const mutant = mutants[name]
  if (!model || !mutant) throw new Error(`there is no mutant "${name}"`)
  const settings = { seed, timeLimit: undefined, signal: undefined }
  const outcome = await runCase(model, mutantSubject(seed, mutant), settings)
  return outcome.status === 'failed' ? outcome.error.message : outcome.status
}
