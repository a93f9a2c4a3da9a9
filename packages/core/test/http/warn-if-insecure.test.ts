import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import http2 from 'node:http2'
import https from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Session, SessionOptions } from '../../src/index.ts'
import { Browser } from '../support/browser.ts'
import { listen } from '../support/local-server.ts'
import { newSessions } from '../support/new-sessions.ts'

type Headers = Readonly<Record<string, string>>

/** The bindings, loaded anew as in a new process: they have not warned yet. */
async function newProcess() {
  vi.resetModules()
  const [{ sessionMiddleware }, { withSession }] = await Promise.all([
    import('../../src/http/session-middleware.ts'),
    import('../../src/http/with-session.ts'),
  ])
  const put = (session: Session) => session.put('a', 1)
  const nodeListener = (options?: Partial<SessionOptions>) => {
    const sessions = newSessions(options)
    return async (request: IncomingMessage, response: ServerResponse) => {
      if (await sessionMiddleware(sessions)(request, response)) put(sessions.of(request))
      response.end()
    }
  }
  return {
    nodeListener,
    async node(headers: Headers, options?: Partial<SessionOptions>) {
      await new Browser(await listen(nodeListener(options))).request('/', { headers })
    },
    async fetch({ host = 'localhost', ...headers }: Headers, options?: Partial<SessionOptions>) {
      const handler = withSession(newSessions(options), (_, session) => {
        put(session)
        return new Response()
      })
      await handler(new Request(`${headers.scheme ?? 'http'}://${host}/`, { headers }))
    },
  }
}

/** The warnings of this library that are emitted while `work` runs. */
async function warnings(work: () => Promise<unknown>): Promise<Error[]> {
  const found: Error[] = []
  const note = (warning: Error) => {
    if (warning.name === 'MakoSessionWarning') found.push(warning)
  }
  process.on('warning', note)
  onTestFinished(() => void process.off('warning', note))
  await work()
  await new Promise(setImmediate) // Warnings are emitted on the next tick.
  return found
}

describe.each(['node', 'fetch'] as const)('the warning about plain HTTP: %s', (binding) => {
  it('is given once, and says what to do', async () => {
    const bindings = await newProcess()
    const found = await warnings(async () => {
      await bindings[binding]({ host: 'shop.example' })
      await bindings[binding]({ host: 'shop.example' })
      await bindings[binding]({ host: 'other.example:8080' })
    })
    expect(found).toMatchObject([{ code: 'MAKO_SESSION_INSECURE' }])
    expect(found[0]?.message).toMatch(/"shop\.example".*HTTPS.*X-Forwarded-Proto.*secure: false/)
  })

  it.each<[string, Headers, Partial<SessionOptions>?]>([
    ['localhost', { host: 'localhost:3000' }],
    ['a name under localhost', { host: 'shop.localhost' }],
    ['127.0.0.1', { host: '127.0.0.1:3000' }],
    ['::1', { host: '[::1]:3000' }],
    ['a proxy that sends X-Forwarded-Proto', { host: 'a.example', 'x-forwarded-proto': 'https' }],
    ['a proxy that sends Forwarded', { host: 'a.example', forwarded: 'proto=https' }],
    ['a cookie that is not secure', { host: 'a.example' }, { cookie: { secure: false } }],
  ])('is not given for %s', async (_, headers, options) => {
    const bindings = await newProcess()
    expect(await warnings(() => bindings[binding](headers, options))).toEqual([])
  })

  it.each(['localhost.example', '127.0.0.1.example', 'notlocalhost'])(
    'is given for %s, which only resembles a local name',
    async (host) => {
      const bindings = await newProcess()
      expect(await warnings(() => bindings[binding]({ host }))).toHaveLength(1)
    },
  )
})

describe('the warning about plain HTTP', () => {
  it('is not given for HTTPS: fetch', async () => {
    const { fetch } = await newProcess()
    expect(await warnings(() => fetch({ host: 'shop.example', scheme: 'https' }))).toEqual([])
  })

  it('is not given for HTTPS: node', async () => {
    const { nodeListener } = await newProcess()
    // A key that both sides know takes the place of a certificate.
    const tls = { ciphers: 'PSK', maxVersion: 'TLSv1.2' } as const
    const psk = Buffer.alloc(16, 'key')
    const pskOfServer = { ...tls, pskCallback: () => psk }
    const server = https.createServer(pskOfServer, nodeListener())
    const found = await warnings(async () => {
      const asked = {
        ...tls,
        pskCallback: () => ({ psk, identity: 'browser' }),
        checkServerIdentity: () => undefined,
        port: await portOf(server),
        agent: false,
        headers: { host: 'shop.example' },
      }
      const [response]: [IncomingMessage] = (await once(
        https.request(asked).end(),
        'response',
      )) as never
      await text(response)
      expect(response.headers['set-cookie']).toHaveLength(1)
    })
    expect(found).toEqual([])
  })

  it('names the host of an HTTP/2 request', async () => {
    const { nodeListener } = await newProcess()
    const server = http2.createServer(nodeListener() as never)
    const found = await warnings(async () => {
      const client = http2.connect(`http://127.0.0.1:${await portOf(server)}`)
      onTestFinished(() => client.close())
      await text(client.request({ ':authority': 'shop.example:8080' }))
    })
    expect(found[0]?.message).toContain('"shop.example:8080"')
  })
})

/** Starts a server for one test and resolves its port. */
async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}
