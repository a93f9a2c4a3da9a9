import { describe, expect, it } from 'vitest'
import { MemoryStore } from '../../../src/index.ts'
import { CountedStore } from '../../support/counted-store.ts'
import { TestClock } from '../../support/test-clock.ts'
import { type Act, type Binding, newHttpVisitor } from '../binding.ts'

export function describeStoreCalls(binding: Binding): void {
  describe('store calls', () => {
    async function visited() {
      const time = new TestClock()
      const { clock } = time
      const store = new CountedStore(new MemoryStore({ clock }))
      const visitor = await newHttpVisitor(binding, { store, clock, renewInterval: 60 })
      const callsOf = async (act: Act) => {
        store.reset()
        await visitor.visit(act)
        return [...store.calls]
      }
      return { visitor, store, time, callsOf }
    }

    it('are none for a visitor without a cookie who stores nothing, 1 000 times', async () => {
      const { visitor, store } = await visited()
      await times(1_000, async () => {
        const { setCookies } = await visitor.visit((session) => [
          session.get('a'),
          session.flash('b'),
          session.getData(),
        ])
        expect(setCookies).toEqual([])
      })
      expect(store.calls).toEqual([])
    })

    it('are none for a forged or malformed cookie, 1 000 times', async () => {
      const { visitor, store } = await visited()
      await visitor.visit((session) => session.put('a', 1))
      const [[name, value] = ['', '']] = visitor.browser.cookies
      store.reset()
      await times(1_000, async (count) => {
        const cookie = `${name}=${forged(value, count)}`
        const act: Act = (session) => session.get('a')
        const { body, setCookies } = await visitor.visit(act, { headers: { cookie } })
        expect([body, setCookies]).toEqual(['null', []])
      })
      expect(store.calls).toEqual([])
    })

    it('are one for a request that reads', async () => {
      const { callsOf } = await visited()
      expect(await callsOf((session) => session.put('a', 1))).toEqual(['create'])
      expect(await callsOf((session) => session.get('a'))).toEqual(['read'])
      expect(await callsOf((session) => session.verifyCsrfToken(session.csrfToken()))).toEqual([
        'read',
      ])
      expect(await callsOf((session) => session.put('a', 1))).toEqual(['read'])
    })

    it('are two for a request that changes something', async () => {
      const { callsOf } = await visited()
      await callsOf((session) => session.put('a', 1))
      expect(await callsOf((session) => session.put('a', 2))).toEqual(['read', 'update'])
      expect(await callsOf((session) => session.flash('b', 1))).toEqual(['read', 'update'])
      expect(await callsOf((session) => session.bindUser('42'))).toEqual(['read', 'update'])
    })

    it('are three for a logout', async () => {
      const { callsOf } = await visited()
      await callsOf((session) => session.put('a', 1))
      const logout = await callsOf((session) => session.destroy())
      expect(logout).toEqual(['read', 'update', 'delete'])
    })

    it('are two for a request that changes nothing, once in a renewInterval', async () => {
      const { callsOf, time } = await visited()
      await callsOf((session) => session.put('a', 1))
      time.advance(59)
      expect(await callsOf(() => {})).toEqual(['read'])
      time.advance(1)
      expect(await callsOf(() => {})).toEqual(['read', 'update'])
      time.advance(59)
      expect(await callsOf(() => {})).toEqual(['read'])
    })
  })
}

async function times(count: number, run: (index: number) => Promise<void>): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, index) => run(index)))
}

/** A value in which one character is another one, or which is cut off there. */
function forged(value: string, index: number): string {
  const at = index % value.length
  const other = value[at] === 'A' ? 'B' : 'A'
  return value.slice(0, at) + (index % 2 === 0 ? other + value.slice(at + 1) : '')
}
