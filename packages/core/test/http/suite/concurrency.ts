import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { InterceptedStore } from '../../support/intercepted-store.ts'
import { recordedEvents } from '../../support/recorded-events.ts'
import { type Act, type Binding, newHttpVisitor } from '../binding.ts'

export function describeConcurrency(binding: Binding): void {
  describe('requests at the same time', () => {
    it('all keep their changes', async () => {
      const visitor = await newHttpVisitor(binding)
      await visitor.visit((session) => session.put('a', 0))
      const slow = await visitor.begin((session) => session.put('a', 1))
      await visitor.visit((session) => session.put('b', 2))
      await slow.finish()
      expect(await visitor.ask((session) => session.getData())).toEqual({ a: 1, b: 2 })
    })

    it('lose no step of an update', async () => {
      const visitor = await newHttpVisitor(binding)
      await visitor.visit((session) => session.put('n', 0))
      const add = () => visitor.visit((session) => session.update('n', (n) => Number(n) + 1))
      const answers = await Promise.all(Array.from({ length: 10 }, add))
      expect(answers.map((it) => it.status)).toEqual(answers.map(() => 200))
      expect(await visitor.ask((session) => session.get('n'))).toBe(10)
    })

    it.each<[string, Act]>([
      ['puts', (session) => session.put('a', 2)],
      ['flashes', (session) => session.flash('a', 2)],
      ['regenerates the id', (session) => void session.regenerateId()],
      ['regenerates the id with a new key', (session) => void session.regenerateId(true)],
    ])('do not bring a destroyed session back: one that %s', async (_, act) => {
      const visitor = await newHttpVisitor(binding)
      await visitor.visit((session) => session.put('a', 1))
      const other = visitor.clone()
      const slow = await other.begin(act)
      await visitor.visit((session) => session.destroy())
      const events = await recordedEvents(async () => {
        expect((await slow.finish()).setCookies).toEqual([])
      })
      expect(events.map(([name]) => name)).toEqual(['lost'])
      expect(await other.ask((session) => session.isNew)).toBe(true)
    })

    it('that log in while the session is destroyed begin a new one', async () => {
      const visitor = await newHttpVisitor(binding)
      await visitor.visit((session) => session.put('a', 1))
      const other = visitor.clone()
      const slow = await other.begin((session) => session.bindUser('42'))
      await visitor.visit((session) => session.destroy())
      await slow.finish()
      expect(await other.ask((session) => [session.userId, session.getData()])).toEqual(['42', {}])
    })

    it('do not change a session that got a new id by a login elsewhere', async () => {
      const visitor = await newHttpVisitor(binding)
      await visitor.visit((session) => session.put('a', 1))
      const slow = await visitor.clone().begin((session) => session.put('a', 'planted'))
      await visitor.visit((session) => session.bindUser('42'))
      const answer = await slow.finish()
      expect([answer.status, answer.setCookies]).toEqual([409, []])
      expect(await visitor.ask((session) => session.get('a'))).toBe(1)
    })

    it('that all regenerate the id leave one live id', async () => {
      const visitor = await newHttpVisitor(binding)
      await visitor.visit((session) => session.put('a', 1))
      const others = Array.from({ length: 20 }, () => visitor.clone())
      const begun = await Promise.all(
        others.map((it) => it.begin((session) => void session.regenerateId())),
      )
      const answers = await Promise.all(begun.map((it) => it.finish()))
      expect(answers.flatMap((it) => it.setCookies)).toHaveLength(1)
      const found = await Promise.all(others.map((it) => it.ask((session) => session.get('a'))))
      expect(found.filter((it) => it === 1)).toHaveLength(1)
    })

    it('that log in with the same session are all logged in', async () => {
      const visitor = await newHttpVisitor(binding)
      await visitor.visit((session) => session.put('a', 1))
      const others = [visitor.clone(), visitor.clone()]
      const begun = await Promise.all(
        others.map((it) => it.begin((session) => session.bindUser('42'))),
      )
      await Promise.all(begun.map((it) => it.finish()))
      const users = await Promise.all(others.map((it) => it.ask((session) => session.userId)))
      expect(users).toEqual(['42', '42'])
    })

    it('of 200 users on shared connections never show a user the data of another one', async () => {
      const store = new InterceptedStore(() => wait(Math.random() * 5))
      const first = await newHttpVisitor(binding, { store })
      await Promise.all(
        Array.from({ length: 200 }, async (_, marker) => {
          const visitor = first.stranger()
          await visitor.visit((session) => session.put('marker', marker))
          for (let round = 0; round < 2; round += 1) {
            const found = await visitor.ask(async (session) => {
              session.put('round', round)
              await wait(Math.random() * 5)
              return session.get('marker')
            })
            expect(found).toBe(marker)
          }
        }),
      )
    })
  })
}
