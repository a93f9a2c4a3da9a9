import { describe, expect, it } from 'vitest'
import { attackerRoles, victimRoles } from '../src/attack-roles.ts'
import { exploreAttack } from '../src/attack-scenario.ts'
import { exploreInterleavings } from '../src/interleaving-scenario.ts'
import { memorySubject } from '../src/memory-subject.ts'
import { coreMutants, mutantsForThieves } from './mutants/core-mutants.ts'
import { withMutatedCore } from './mutants/mutated-core.ts'

describe('The explorer finds a core without the rule that', () => {
  it.each(coreMutants)('$rule', async ({ acts, circumstances, breaks, ...edit }) => {
    await withMutatedCore(edit, async (Manager) => {
      const explored = exploreInterleavings(memorySubject(Manager), acts, circumstances)
      const message = expect.stringContaining(breaks)
      await expect(explored).rejects.toMatchObject({ cause: { name: 'BrokenPromise', message } })
    })
  })

  it.each(mutantsForThieves)('$rule: somebody gets in', async (edit) => {
    const victim = victimRoles['logs in, then proves a second factor']
    const attacker = attackerRoles['logs in with the password']
    const attack = { victim, attacker, tries: 1, isLoggedIn: false }
    await withMutatedCore(edit, async (Manager) => {
      await expect(exploreAttack(Manager, attack)).rejects.toThrow(
        'the attacker reads what came after',
      )
    })
  })

  it('is left out where the sources of core have changed', async () => {
    const edit = { file: 'session-writer.ts', original: 'no such text', replacement: '' }
    await expect(withMutatedCore(edit, async () => {})).rejects.toThrow('no longer applies')
  })
})
