import { SessionManager } from '@mako-session/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testChangesInPlace } from './in-place-promises.ts'
import { describeInterleavings, type OpenedSubject, type TestLength } from './interleavings.ts'
import { testReplacedIds } from './replaced-id-promises.ts'
import { RequestProcess } from './request-process.ts'
import { ReusedManager } from './reused-manager.ts'
import type { Act } from './session-act.ts'
import { SessionServer, type StoreModule } from './session-server.ts'

export type { StoreModule } from './session-server.ts'

const processes = 4
/** How often the tests repeat each attempt to break a promise. */
const rounds = {
  short: { increments: 25, tokens: 10, regenerations: 3, replacements: 3, destroys: 100 },
  long: { increments: 100, tokens: 40, regenerations: 10, replacements: 20, destroys: 1_000 },
} as const

/**
 * Tests over a store the promises that hold between several processes. Each process is an HTTP server
 * with its own session manager. With `long` the tests have more repetitions, and the interleavings have
 * three requests instead of two.
 */
export function describeStorePromises(
  name: string,
  store: StoreModule,
  length: TestLength = 'short',
): void {
  const { increments, tokens, regenerations, replacements, destroys } = rounds[length]

  describe(`${name}, served by ${processes} processes`, () => {
    let servers: readonly SessionServer[] = []

    beforeAll(async () => {
      const now = Date.now()
      servers = await Promise.all(
        Array.from({ length: processes }, () => SessionServer.start(store, now)),
      )
    })
    afterAll(async () => {
      await Promise.all(servers.map((server) => server.stop()))
    })

    const serverOf = (index: number): SessionServer => {
      const server = servers[index % servers.length]
      if (!server) throw new Error('No server was started')
      return server
    }
    const newSession = async (...acts: readonly Act[]) => {
      const reply = await serverOf(0).request(undefined, [['put', 'mine', true], ...acts])
      return { ...reply, cookie: reply.cookie ?? '' }
    }
    const isAlive = async (cookie: string) =>
      (await serverOf(1).request(cookie, [['get', 'mine']])).results[0] === true

    it(`counts each of 8 × ${increments} increments`, async () => {
      const { cookie } = await newSession()
      const loops = Array.from({ length: 8 }, async (_, loop) => {
        for (let count = 0; count < increments; count += 1) {
          await serverOf(loop).request(cookie, [['increment', 'n']])
        }
      })
      await Promise.all(loops)
      expect((await serverOf(2).request(cookie, [['get', 'n']])).results).toEqual([8 * increments])
    })

    it(`accepts each of ${tokens} tokens once when it is tried 50 times at once`, async () => {
      const { cookie } = await newSession()
      for (let round = 0; round < tokens; round += 1) {
        const issued = await serverOf(round).request(cookie, [['generateToken']])
        const token = String(issued.results[0])
        const tries = Array.from({ length: 50 }, (_, index) =>
          serverOf(index).request(cookie, [['validateToken', token]]),
        )
        const accepted = (await Promise.all(tries)).filter(({ results }) => results[0] === true)
        expect(accepted).toHaveLength(1)
      }
    })

    it(`leaves one live id when 20 requests regenerate it at once, ${regenerations} times`, async () => {
      for (let round = 0; round < regenerations; round += 1) {
        const { cookie } = await newSession()
        const tries = Array.from({ length: 20 }, (_, index) =>
          serverOf(index).request(cookie, [['get', 'mine'], ['regenerateId']]),
        )
        const replies = await Promise.all(tries)
        const cookies = replies.flatMap((reply) => reply.cookie ?? [])
        expect(cookies).toHaveLength(1)
        expect(replies.filter(({ status }) => status === 200)).toHaveLength(1)
        expect(await isAlive(cookies[0] ?? '')).toBe(true)
        expect(await isAlive(cookie)).toBe(false)
      }
    })

    it(`brings no destroyed session back in ${destroys} tries`, async () => {
      const late: readonly Act[] = [
        ['put', 'mine', true],
        ['increment', 'n'],
        ['flash', 'success', 'Saved'],
        ['regenerateId'],
        ['fork'],
        ['bindUser', 'user-1'],
        ['generateToken'],
      ]
      const resurrect = async (attempt: number) => {
        const gate = `try-${attempt}`
        const { cookie } = await newSession()
        const slow = serverOf(attempt)
        const act = late[attempt % late.length] ?? ['clear']
        const changed = slow.request(cookie, [act], gate)
        await slow.reached(gate)
        // Both run at once, in any order. After both, the session must be gone.
        const destroyed = serverOf(attempt + 1).request(cookie, [['destroy']])
        const [reply] = await Promise.all([changed, destroyed, slow.open(gate)])
        expect(await isAlive(cookie), `after ${act[0]}`).toBe(false)
        return reply.cookie
      }
      for (let first = 0; first < destroys; first += 10) {
        const batch = Array.from({ length: 10 }, (_, index) => resurrect(first + index))
        await Promise.all(batch)
      }
    })

    it('does not bring a session back after its destroy was answered', async () => {
      const late = [['put', 'mine', true], ['flash', 'a', 1], ['fork'], ['regenerateId']] as const
      for (const act of late) {
        const { cookie } = await newSession()
        const gate = `late-${act[0]}`
        const changed = serverOf(0).request(cookie, [act], gate)
        await serverOf(0).reached(gate)
        await serverOf(1).request(cookie, [['destroy']])
        await serverOf(0).open(gate)
        expect((await changed).cookie).toBeUndefined()
        expect(await isAlive(cookie)).toBe(false)
      }
    })

    testReplacedIds({ serverOf, newSession }, replacements)
    testChangesInPlace({ serverOf, newSession })
  })

  describeInterleavings(`${name}, in ${processes} processes`, length, () => requestProcesses(store))
}

/** The store, opened in this process and in several request processes, which take turns. */
async function requestProcesses(store: StoreModule): Promise<OpenedSubject> {
  const children = Array.from({ length: processes }, () => new RequestProcess(store))
  const { openStore } = await import(store.module.href)
  let requests = 0
  return {
    manager: new ReusedManager(SessionManager),
    store: await openStore(store.namespace, store.arg),
    async request(order, turn) {
      const child = children[requests++ % processes]
      if (!child) throw new Error('No process was started')
      return child.request(order, turn)
    },
    close: () => Promise.all(children.map((child) => child.stop())),
  }
}
