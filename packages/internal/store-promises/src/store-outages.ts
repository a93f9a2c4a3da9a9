import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { type TcpFaultProxy, tcpFaultProxy } from '@mako-session/conformance/faults'
import type { Store } from '@mako-session/core'
import type { TestServer } from '@mako-session/test-servers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { patience } from './patience.ts'
import { SessionSite, type SiteAnswer } from './session-site.ts'

/** A kind of server that stores sessions, and how to start it and open a store in it. */
export interface OutageSubject {
  startServer(): Promise<TestServer>
  /**
   * Opens the store through a port of 127.0.0.1. The site waits for each call of the store for at most
   * `storeTimeout` seconds.
   */
  openStore(port: number, storeTimeout: number): Promise<OpenedStore>
}

/** A store, and how to close what it was opened with. */
export interface OpenedStore {
  readonly store: Store
  close(): unknown
}

const requests = 1_000
/** The memory that a request may still hold after its store call was given up. */
const mostBytes = 16 * 2 ** 10
/** The shortest allowed storeTimeout. On a busy machine a call of a working store may take longer. */
const shortTimeout = 1

/**
 * Tests what a site answers while the server of its store is away, and afterwards.
 *
 * The tested site gives up a call of the store after a second. On a busy machine it may therefore answer
 * 503 without an outage. Where a test needs the answer of a working store, it asks a second site, which
 * waits for as long as the store takes.
 */
export function describeStoreOutages(name: string, subject: OutageSubject): void {
  describe(`A site with a ${name}, while the server`, () => {
    let server: TestServer
    let proxy: TcpFaultProxy
    const stores: OpenedStore[] = []
    let site: SessionSite
    let patientSite: SessionSite
    /** The number of the request whose handler begins to lose replies, counted by `site.handled`. */
    let losesRepliesAt = 0

    const handlers = {
      '/name': (session) => session.get('name'),
      '/put': (session) => session.put('name', session.key),
      '/count': (session) => session.get('count', 0),
      '/increment': async (session) => {
        if (site.handled === losesRepliesAt) await proxy.set('lostReply')
        session.update('count', (count) => Number(count) + 1, 0)
      },
      '/put-as-it-goes': async (session) => {
        await proxy.set('refuse')
        session.put('name', 'lost')
      },
      '/sign-in-as-it-goes': async (session) => {
        await proxy.set('refuse')
        session.bindUser('user-1')
      },
    } satisfies ConstructorParameters<typeof SessionSite>[2]

    const openSite = async (storeTimeout: number) => {
      const opened = await subject.openStore(proxy.port, storeTimeout)
      stores.push(opened)
      const opening = new SessionSite(opened.store, storeTimeout, handlers)
      await opening.listen()
      return opening
    }

    beforeAll(async () => {
      server = await subject.startServer()
      proxy = await tcpFaultProxy(server)
      patientSite = await openSite(patience)
      site = await openSite(shortTimeout)
    })
    afterAll(async () => {
      site?.close()
      patientSite?.close()
      for (const opened of stores) await opened.close()
      await proxy?.close()
      await server?.stop()
    })

    const visitor = async () => {
      const { status, cookie = '' } = await patientSite.get('/put')
      expect(status).toBe(200)
      const { text } = await patientSite.get('/name', cookie)
      return { cookie, name: text }
    }
    const visitors = (count: number) => Promise.all(Array.from({ length: count }, visitor))

    const outages = [
      {
        outage: 'refuses connections',
        isSilent: false,
        begin: () => proxy.set('refuse'),
        end: () => proxy.set('up'),
      },
      {
        outage: 'is suspended',
        isSilent: true,
        begin: () => server.suspend(),
        end: () => server.resume(),
      },
      {
        outage: 'is behind stalled connections',
        isSilent: true,
        begin: () => proxy.set('stall'),
        end: () => proxy.set('up'),
      },
    ]

    it.each(outages)(
      '$outage: answers 503 meanwhile, runs no handler, keeps the cookie, and works again afterwards',
      async ({ begin, end, isSilent }) => {
        const known = await visitors(20)
        const [first = await visitor()] = known
        const right = ({ name }: { readonly name: string }) => {
          return { status: 200, text: name, cookie: undefined }
        }
        let waiting: Promise<SiteAnswer> | undefined
        let isStillWaiting = true
        await begin()
        try {
          // The first failed request shows that the outage has begun.
          for (;;) {
            const answer = await site.get('/name', first.cookie)
            if (answer.status === 503) break
            expect(answer).toEqual(right(first))
          }
          if (isSilent) waiting = patientSite.get('/name', first.cookie)
          waiting?.finally(() => {
            isStillWaiting = false
          })
          await expectDown(known.map(({ cookie }) => cookie))
          // The request that was sent first still waits, so the store has not answered any of them.
          expect(isStillWaiting).toBe(true)
        } finally {
          await end()
        }
        if (waiting) expect(await waiting).toEqual(right(first))
        await untilWell(site, first.cookie)
        await untilWell(patientSite, first.cookie)
        // Late replies to requests of the outage may still come. They must not reach other requests.
        for (const visitor of [...known, ...known]) {
          expect(await patientSite.get('/name', visitor.cookie)).toEqual(right(visitor))
        }
      },
    )

    /** Sends requests and gets all their answers while the server is away. */
    async function expectDown(cookies: readonly string[]): Promise<void> {
      await site.untilIdle()
      const { handled, calls } = site
      const bytesBefore = usedBytes()
      const asked = Array.from({ length: requests }, (_, index) =>
        site.get(index % 2 === 0 ? '/name' : '/put', cookies[index % cookies.length]),
      )
      const answers = await Promise.all(asked)
      await site.untilIdle()
      expect((usedBytes() - bytesBefore) / requests).toBeLessThan(mostBytes)
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]))
      expect(answers.flatMap(({ cookie }) => cookie ?? [])).toEqual([])
      expect(site.handled).toBe(handled)
      // Each request made one call of the store, so it waited for one storeTimeout only.
      expect(site.calls - calls).toBe(requests)
    }

    it.each(['/put-as-it-goes', '/sign-in-as-it-goes'])(
      'goes away before the commit of %s: answers 503 without a cookie',
      async (path) => {
        const { cookie, name } = await visitor()
        await expectFailedCommit(path)
        await untilWell(patientSite, cookie)
        await expectFailedCommit(path, cookie)
        await untilWell(patientSite, cookie)
        // The store's client may send the write again later. Then the whole change is stored.
        const { text } = await patientSite.get('/name', cookie)
        expect([name, path === '/sign-in-as-it-goes' ? 'null' : 'lost']).toContain(text)
      },
    )

    /** Repeats a request until its session is loaded in time and its handler runs. All answers must be 503. */
    async function expectFailedCommit(path: string, cookie?: string): Promise<void> {
      const handledBefore = site.handled
      do {
        const answer = await site.get(path, cookie)
        expect([answer.status, answer.cookie]).toEqual([503, undefined])
      } while (site.handled === handledBefore)
      await proxy.set('up')
    }

    it('loses replies: counts each acknowledged increment, and none twice', async () => {
      const { cookie } = await visitor()
      let acknowledged = 0
      let failed = 0
      const tally = ({ status }: SiteAnswer) => {
        expect([200, 503]).toContain(status)
        if (status === 200) acknowledged += 1
        else failed += 1
      }
      for (let round = 0; round < 16; round += 1) {
        // Replies are lost from the moment when the first, second, third or fourth session is loaded.
        losesRepliesAt = site.handled + 1 + (round % 4)
        const asked = Array.from({ length: 4 }, () => site.get('/increment', cookie))
        // Replies arrive again after the first answer, so the other requests may succeed or fail.
        await Promise.race(asked)
        losesRepliesAt = 0
        await proxy.set('up')
        for (const answer of await Promise.all(asked)) tally(answer)
      }
      expect(failed).toBeGreaterThan(0)
      await untilWell(patientSite, cookie)
      while (acknowledged === 0) tally(await patientSite.get('/increment', cookie))
      const count = Number((await patientSite.get('/count', cookie)).text)
      expect(count).toBeGreaterThanOrEqual(acknowledged)
      expect(count).toBeLessThanOrEqual(acknowledged + failed)
    })
  })
}

/** Resolves once a request succeeds. */
async function untilWell(site: SessionSite, cookie: string | undefined): Promise<void> {
  while ((await site.get('/name', cookie)).status !== 200);
}

const collectGarbage = (() => {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as () => void
})()

function usedBytes(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed
}
