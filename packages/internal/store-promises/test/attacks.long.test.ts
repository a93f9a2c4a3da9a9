import { SessionManager } from '@mako-session/core'
import { describe, expect, it } from 'vitest'
import {
  type AttackerRole,
  attackerRoles,
  type VictimRole,
  victimRoles,
} from '../src/attack-roles.ts'
import { exploreAttack } from '../src/attack-scenario.ts'

const victims: [string, VictimRole][] = Object.entries(victimRoles)
const attackers: [string, AttackerRole][] = Object.entries(attackerRoles)

describe('Somebody who has the id of a session', () => {
  describe.each(victims)('whose owner %s', (_, victim) => {
    it.each(attackers)(
      'and %s, gets and changes nothing of what comes after',
      async (_, attacker) => {
        for (const isLoggedIn of victim.isLoggedIn) {
          for (const tries of [1, 2]) {
            const attack = { victim, attacker, tries, isLoggedIn }
            expect(await exploreAttack(SessionManager, attack)).toBeGreaterThan(0)
          }
        }
      },
    )
  })
})
