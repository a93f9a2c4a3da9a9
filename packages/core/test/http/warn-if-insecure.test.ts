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
  return {
    async node(headers: Headers, options?: Partial<SessionOptions>) {
      const sessions = newSessions(options)
      const server = await listen(async (request, response) => {
        if (await sessionMiddleware(sessions)(request, response)) put(sessions.of(request))
        response.end()
      })
      await new Browser(server).request('/', { headers })
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

it('is not given for HTTPS', async () => {
  const { fetch } = await newProcess()
  expect(await warnings(() => fetch({ host: 'shop.example', scheme: 'https' }))).toEqual([])
})
