import { describe, expect, it } from 'vitest'
import type { SessionOptions } from '../../../src/index.ts'
import { InterceptedStore } from '../../support/intercepted-store.ts'
import { type Act, type Binding, newHttpVisitor, Reply } from '../binding.ts'

type Operation = Parameters<InterceptedStore['before']>[0]

const failing = (failed: Operation) => (operation: Operation) => {
  if (operation === failed) throw new Error('the store is down')
}

const stalling = (stalled: Operation) => (operation: Operation) =>
  operation === stalled ? new Promise(() => {}) : undefined

export function describeStoreFailures(binding: Binding): void {
  async function visited(options?: Partial<SessionOptions>) {
    const store = new InterceptedStore()
    const visitor = await newHttpVisitor(binding, { store, storeTimeout: 1, ...options })
    await visitor.visit((session) => session.put('a', 1))
    return { store, visitor }
  }

  describe('a store that fails', () => {
    it.each([
      ['rejects', failing('read')],
      ['hangs', stalling('read')],
    ])(
      'on load is answered with 503 before the application runs, and the cookie stays: %s',
      async (_, before) => {
        const { store, visitor } = await visited()
        const cookies = new Map(visitor.browser.cookies)
        store.before = before
        let hasRun = false
        const answer = await visitor.visit(() => {
          hasRun = true
        })
        expect([answer.status, answer.setCookies, hasRun]).toEqual([503, [], false])
        expect(visitor.browser.cookies).toEqual(cookies)
        store.before = () => {}
        expect(await visitor.ask((session) => session.get('a'))).toBe(1)
      },
    )

    it.each<[string, Act, InterceptedStore['before']]>([
      ['put', (session) => session.put('a', 2), failing('update')],
      ['put in a store that hangs', (session) => session.put('a', 2), stalling('update')],
      ['regenerateId', (session) => void session.regenerateId(), failing('update')],
      ['regenerateId(true)', (session) => void session.regenerateId(true), failing('create')],
      ['bindUser', (session) => session.bindUser('42'), failing('update')],
    ])(
      'on commit is answered with 503 instead of the response, and the cookie stays: %s',
      async (_, act, before) => {
        const { store, visitor } = await visited()
        store.before = before
        const answer = await visitor.visit(async (session, request) => {
          await act(session, request)
          return new Reply({
            headers: { etag: '"app"', 'set-cookie': 'app=1', 'cache-control': 'public' },
            body: 'done',
          })
        })
        expect([answer.status, answer.setCookies]).toEqual([503, []])
        expect(answer.headers).not.toMatchObject({ etag: '"app"' })
        expect(answer.body).not.toContain('done')
        store.before = () => {}
        expect(await visitor.ask((session) => session.get('a'))).toBe(1)
      },
    )

    it('answers a logout with 503 where the record cannot be deleted, and the session is over', async () => {
      const { store, visitor } = await visited()
      store.before = failing('delete')
      const answer = await visitor.visit((session) => session.destroy())
      expect([answer.status, answer.setCookies]).toEqual([503, []])
      store.before = () => {}
      expect(await visitor.ask((session) => session.isNew)).toBe(true)
    })

    it('carries out a logout while it can delete, but not write', async () => {
      const { store, visitor } = await visited()
      const other = visitor.clone()
      store.before = failing('update')
      const answer = await visitor.visit((session) => session.destroy())
      expect([answer.status, answer.setCookies.length]).toEqual([200, 1])
      expect(await other.ask((session) => session.isNew)).toBe(true)
    })

    it('gives no cookie to a new visitor', async () => {
      const { store, visitor } = await visited()
      store.before = failing('create')
      const answer = await visitor.stranger().visit((session) => session.put('a', 1))
      expect([answer.status, answer.setCookies]).toEqual([503, []])
    })
  })

  describe('a commit that is refused', () => {
    it('is answered with 500 for a session that is too large, and the stored one stays', async () => {
      const { visitor } = await visited({ maxPayloadBytes: 1_000 })
      const answer = await visitor.visit((session) => session.put('a', 'x'.repeat(1_000)))
      expect([answer.status, answer.setCookies]).toEqual([500, []])
      expect(await visitor.ask((session) => session.get('a'))).toBe(1)
    })

    it("is answered with 409 for a lost session, with onLost: 'throw'", async () => {
      const { visitor } = await visited({ onLost: 'throw' })
      const slow = await visitor.clone().begin((session) => session.put('a', 2))
      await visitor.visit((session) => session.destroy())
      const answer = await slow.finish()
      expect([answer.status, answer.setCookies, answer.headers['retry-after']]).toEqual([
        409,
        [],
        undefined,
      ])
    })

    it('is answered with 409, and asks to be sent again in a second, where the id was replaced', async () => {
      const { visitor } = await visited()
      const slow = await visitor.clone().begin((session) => session.put('a', 2))
      await visitor.visit((session) => void session.regenerateId())
      const answer = await slow.finish()
      expect([answer.status, answer.setCookies]).toEqual([409, []])
      if (!binding.leavesErrorsToApplication) expect(answer.headers['retry-after']).toBe('1')
    })
  })
}
