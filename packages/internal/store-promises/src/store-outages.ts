import { setTimeout as pause } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { type TcpFaultProxy, tcpFaultProxy } from '@mako-session/conformance/faults'
import type { Store } from '@mako-session/core'
import type { TestServer } from '@mako-session/test-servers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SessionSite } from './session-site.ts'

/** A kind of server that keeps sessions, and how to get at it. */
export interface OutageSubject {
  startServer(): Promise<TestServer>
  /** Opens the store by a port of 127.0.0.1. */
  openStore(port: number): Promise<OpenedStore>
}

/** A store, and how to close what it was opened with. */
export interface OpenedStore {
  readonly store: Store
  close(): unknown
}

const requests = 1_000
/** What a request that was given up may keep in memory until its answer comes. */
const mostBytes = 16 * 2 ** 10
/** A second for the call of the store, and what a busy machine takes to answer a thousand requests. */
const deadlineMs = 4_000

/**
 * Tests what a site answers while the server of its store is away, and afterwards. The store's calls
 * have a time limit of one second.
 */
export function describeStoreOutages(name: string, subject: OutageSubject): void {
  describe(`A site with a ${name}, while the server`, () => {
    let server: TestServer
    let proxy: TcpFaultProxy
    let opened: OpenedStore
    let site: SessionSite

    beforeAll(async () => {
      server = await subject.startServer()
      proxy = await tcpFaultProxy(server)
      opened = await subject.openStore(proxy.port)
      site = new SessionSite(opened.store, {
        '/name': (session) => session.get('name'),
        '/put': (session) => session.put('name', session.key),
        '/count': (session) => session.get('count', 0),
        '/increment': (session) => session.update('count', (count) => Number(count) + 1, 0),
        '/put-as-it-goes': async (session) => {
          await proxy.set('refuse')
          session.put('name', 'lost')
        },
        '/sign-in-as-it-goes': async (session) => {
          await proxy.set('refuse')
          session.bindUser('user-1')
        },
      })
      await site.listen()
    }, 300_000)
    afterAll(async () => {
      site?.close()
      await opened?.close()
      await proxy?.close()
      await server?.stop()
    })

    const visitor = async () => {
      const { cookie = '' } = await site.get('/put')
      const { text } = await site.get('/name', cookie)
      return { cookie, name: text }
    }
    const visitors = (count: number) => Promise.all(Array.from({ length: count }, visitor))

    const outages = [
      {
        outage: 'refuses connections',
        begin: () => proxy.set('refuse'),
        end: () => proxy.set('up'),
      },
      { outage: 'is suspended', begin: () => server.suspend(), end: () => server.resume() },
      {
        outage: 'cannot be heard',
        begin: () => proxy.set('stall'),
        end: () => proxy.set('up'),
      },
    ]

    it.each(outages)(
      '$outage: answers 503 in time, runs no handler, keeps the cookie, and is well soon after',
      async ({ begin, end }) => {
        const known = await visitors(20)
        await begin()
        try {
          // The outage has begun when the first request fails.
          while ((await site.get('/name', known[0]?.cookie)).status === 200);
          await expectDown(known.map(({ cookie }) => cookie))
        } finally {
          await end()
        }
        await untilWell(known[0]?.cookie)
        // Answers to what was asked during the outage may still come: they reach nobody.
        for (const { cookie, name } of [...known, ...known]) {
          expect(await site.get('/name', cookie)).toEqual({
            status: 200,
            text: name,
            cookie: undefined,
          })
        }
      },
      60_000,
    )

    async function expectDown(cookies: readonly string[]): Promise<void> {
      const handledBefore = site.handled
      site.slowestMs = 0
      await site.get('/name', cookies[0])
      const bytesBefore = usedBytes()
      const asked = Array.from({ length: requests }, (_, index) =>
        site.get(index % 2 === 0 ? '/name' : '/put', cookies[index % cookies.length]),
      )
      const answers = await Promise.all(asked)
      expect((usedBytes() - bytesBefore) / requests).toBeLessThan(mostBytes)
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]))
      expect(answers.flatMap(({ cookie }) => cookie ?? [])).toEqual([])
      expect(site.handled).toBe(handledBefore)
      expect(site.slowestMs).toBeLessThan(deadlineMs)
    }

    it.each(['/put-as-it-goes', '/sign-in-as-it-goes'])(
      'goes away before the commit of %s: answers 503 without a cookie',
      async (path) => {
        const { cookie, name } = await visitor()
        const stranger = await site.get(path)
        expect([stranger.status, stranger.cookie]).toEqual([503, undefined])
        await proxy.set('up')
        await untilWell(cookie)
        const known = await site.get(path, cookie)
        expect([known.status, known.cookie]).toEqual([503, undefined])
        await proxy.set('up')
        await untilWell(cookie)
        // A client that sends again later may still have carried it out, but then whole.
        const { text } = await site.get('/name', cookie)
        expect([name, path === '/sign-in-as-it-goes' ? 'null' : 'lost']).toContain(text)
      },
      60_000,
    )

    it('loses replies: counts each acknowledged increment, and none twice', async () => {
      const { cookie } = await visitor()
      let acknowledged = 0
      let failed = 0
      for (let round = 0; round < 30; round += 1) {
        const answers = Promise.all(Array.from({ length: 4 }, () => site.get('/increment', cookie)))
        await pause(Math.random() * 4)
        await proxy.set('lostReply')
        await pause(Math.random() * 20)
        await proxy.set('up')
        for (const { status } of await answers) {
          expect([200, 503]).toContain(status)
          if (status === 200) acknowledged += 1
          else failed += 1
        }
      }
      await untilWell(cookie)
      const count = Number((await site.get('/count', cookie)).text)
      expect(Math.min(acknowledged, failed)).toBeGreaterThan(0)
      expect(count).toBeGreaterThanOrEqual(acknowledged)
      expect(count).toBeLessThanOrEqual(acknowledged + failed)
    }, 120_000)

    /** @throws unless a request succeeds within two seconds. */
    async function untilWell(cookie: string | undefined): Promise<void> {
      const endsAt = Date.now() + 2_000
      for (;;) {
        const { status } = await site.get('/name', cookie)
        if (status === 200) return
        if (Date.now() > endsAt) throw new Error(`still ${status} after two seconds`)
      }
    }
  })
}

const collectGarbage = (() => {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as () => void
})()

function usedBytes(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed
}
