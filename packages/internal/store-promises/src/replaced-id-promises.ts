import { expect, it } from 'vitest'
import { keyIn } from './circumstances.ts'
import type { Act } from './session-act.ts'
import type { Reply, SessionServer } from './session-server.ts'

/** Several servers over one store, and a visitor who comes to them. */
export interface ServedVisitors {
  /** One of the servers. Any number is allowed. */
  serverOf(index: number): SessionServer
  /** A visitor whose session holds `mine`, and what these acts put. */
  newSession(...acts: readonly Act[]): Promise<{ readonly cookie: string }>
}

const userId = 'user-1'
const login: readonly Act[] = [['bindUser', userId]]
const look: readonly Act[] = [['userId'], ['get', 'mine'], ['get', 'cart']]

/** Tests what several processes make of requests whose id is replaced meanwhile, `rounds` times each. */
export function testReplacedIds({ serverOf, newSession }: ServedVisitors, rounds: number): void {
  const seen = async (cookie: string) => (await serverOf(3).request(cookie, look)).results
  let gates = 0
  /** Makes a request that has loaded its session before another one runs, and commits after that. */
  const around = async (cookie: string, acts: readonly Act[], other: () => Promise<unknown>) => {
    gates += 1
    const gate = `around-${gates}`
    const reply = serverOf(gates).request(cookie, acts, gate)
    await serverOf(gates).reached(gate)
    await other()
    await serverOf(gates).open(gate)
    return reply
  }

  it(`stores each of 19 changes beside a new id or answers 409, ${rounds} times`, async () => {
    for (let round = 0; round < rounds; round += 1) {
      const { cookie } = await newSession()
      const requests = Array.from({ length: 20 }, (_, index) => {
        const act = index === round % 20 ? 'regenerateId' : 'put'
        const acts: Act[] = act === 'put' ? [['put', `change ${index}`, index]] : [[act]]
        return serverOf(index).request(cookie, acts)
      })
      const replies = await Promise.all(requests)
      const next = replies[round % 20]?.cookie ?? ''
      const gets = replies.map((_, index): Act => ['get', `change ${index}`])
      const stored = (await serverOf(round).request(next, gets)).results
      for (const [index, { status }] of replies.entries()) {
        if (index === round % 20) expect(status).toBe(200)
        else expect(stored[index]).toBe(status === 200 ? index : null)
      }
    }
  })

  it.each<{ name: string; acts: readonly Act[] }>([
    { name: 'destroy', acts: [['destroy']] },
    { name: 'clear', acts: [['clear']] },
    { name: 'clear and flash', acts: [['clear'], ['flash', 'notice', 'Good bye']] },
  ])('carries out a logout by $name before, beside and after a new id', async ({ acts }) => {
    const expectLoggedOut = async (before: string, changed: Reply | undefined, out: Reply) => {
      expect(out.status).toBe(200)
      for (const cookie of [before, changed?.cookie, out.cookie]) {
        expect(await seen(cookie ?? '')).toEqual([null, null, null])
      }
    }
    for (let round = 0; round < rounds; round += 1) {
      for (const act of ['regenerateId', 'fork'] as const) {
        const loggedIn = async () => (await newSession(...login)).cookie
        const before = await loggedIn()
        let changed: Reply | undefined
        const out = await around(before, acts, async () => {
          changed = await serverOf(0).request(before, [[act]])
        })
        await expectLoggedOut(before, changed, out)

        const beside = await loggedIn()
        const both = [serverOf(1).request(beside, [[act]]), serverOf(2).request(beside, acts)]
        const [first, second] = await Promise.all(both)
        if (second) await expectLoggedOut(beside, first, second)

        const after = await loggedIn()
        const regenerated = await serverOf(1).request(after, [[act]])
        await expectLoggedOut(after, regenerated, await serverOf(2).request(after, acts))
      }
    }
  })

  it(`joins a second click on "Sign in", ${rounds} times, whichever answer the browser keeps`, async () => {
    const expectJoined = async (replies: readonly Reply[], cookie: string) => {
      for (const { status, cookie: given = '' } of replies) {
        expect([status, keyIn(given)]).toEqual([200, keyIn(cookie)])
        expect(await seen(given)).toEqual([userId, true, ['apple']])
      }
    }
    const shopping: Act = ['put', 'cart', ['apple']]
    for (let round = 0; round < rounds; round += 1) {
      const before = (await newSession(shopping)).cookie
      const first = await serverOf(0).request(before, login)
      await expectJoined([first, await serverOf(1).request(before, login)], before)

      const beside = (await newSession(shopping)).cookie
      const both = [
        serverOf(round).request(beside, login),
        serverOf(round + 1).request(beside, login),
      ]
      await expectJoined(await Promise.all(both), beside)

      const during = (await newSession(shopping)).cookie
      const inner: Reply[] = []
      const outer = await around(during, login, async () => {
        inner.push(await serverOf(0).request(during, login))
      })
      await expectJoined([outer, ...inner], during)
    }
  })
}
