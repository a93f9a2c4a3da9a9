import type { ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import { sessionMiddleware } from '../../src/http/session-middleware.ts'
import type { Session } from '../../src/index.ts'
import { Browser } from '../support/browser.ts'
import { InterceptedStore } from '../support/intercepted-store.ts'
import { listen } from '../support/local-server.ts'
import { newSessions } from '../support/new-sessions.ts'

const ours = expect.stringMatching(/^__Host-session=/)

/** Calls `listener` before the head is written, as the package on-headers does. */
function onHeaders(response: ServerResponse, listener: () => void): void {
  const { writeHead } = response
  Object.assign(response, {
    writeHead(status: number, ...rest: unknown[]) {
      response.statusCode = status
      listener()
      return Reflect.apply(writeHead, response, [response.statusCode, ...rest])
    },
  })
}

/** Sends the body in upper case, as a compressing middleware sends it in another coding. */
function upperCase(response: ServerResponse): void {
  const { write, end } = response
  const head = () => Reflect.get(response, '_header') ?? response.writeHead(response.statusCode)
  Object.assign(response, {
    write(chunk: string) {
      head()
      return Reflect.apply(write, response, [chunk.toUpperCase()])
    },
    end(chunk = '') {
      head()
      return Reflect.apply(end, response, [chunk.toUpperCase()])
    },
  })
}

type Middleware = (response: ServerResponse, session?: Session) => void

/** A server with middleware before and after ours. */
async function ask(
  { before = () => {}, after = () => {} }: { before?: Middleware; after?: Middleware },
  send: (response: ServerResponse) => unknown,
  store = new InterceptedStore(),
) {
  const sessions = newSessions({ store })
  const middleware = sessionMiddleware(sessions)
  const server = await listen(async (request, response) => {
    before(response)
    if (!(await middleware(request, response))) return
    const session = sessions.of(request)
    after(response, session)
    session.put('a', 1)
    send(response)
  })
  return new Browser(server).request('/')
}

const ways: [string, (response: ServerResponse) => unknown][] = [
  ['end', (response) => response.end('text')],
  ['writeHead', (response) => response.writeHead(200).end('text')],
  [
    'write',
    (response) => {
      response.write('te')
      response.write('xt')
      response.end()
    },
  ],
]

describe('a response that other middleware has patched', () => {
  it.each(ways)('calls each listener for its head once: %s', async (_, send) => {
    const calls: string[] = []
    const note = (name: string) => (response: ServerResponse) => {
      onHeaders(response, () => {
        calls.push(name)
        response.setHeader(`x-${name}`, 'yes')
      })
    }
    const answer = await ask({ before: note('before'), after: note('after') }, send)
    expect(calls).toEqual(['after', 'before'])
    expect(answer.headers).toMatchObject({ 'x-before': 'yes', 'x-after': 'yes' })
    expect([answer.body, answer.setCookies]).toEqual(['text', [ours]])
  })

  it.each(ways)('lets a listener for its head still change the session: %s', async (_, send) => {
    const store = new InterceptedStore()
    let key = ''
    await ask(
      {
        after: (response, session) => {
          key = session?.key ?? ''
          onHeaders(response, () => session?.put('visits', 1))
        },
      },
      send,
      store,
    )
    expect((await store.read(key))?.payload).toContain('"visits"')
  })

  it.each(ways)('stores nothing when the middleware sets the status 500: %s', async (_, send) => {
    const after: Middleware = (response) => {
      onHeaders(response, () => {
        response.statusCode = 500
      })
    }
    const answer = await ask({ after }, send)
    expect([answer.status, answer.setCookies]).toEqual([500, []])
  })

  it.each(ways)('is sent as the middleware changes it: %s', async (_, send) => {
    for (const patches of [{ before: upperCase }, { after: upperCase }]) {
      const answer = await ask(patches, send)
      expect([answer.body, answer.setCookies]).toEqual(['TEXT', [ours]])
    }
  })

  it.each(ways)('drops what the middleware changed when the commit fails: %s', async (_, send) => {
    const store = new InterceptedStore(() => {
      throw new Error('the store is down')
    })
    const answer = await ask({ after: upperCase }, send, store)
    expect([answer.status, answer.body]).toEqual([503, '503 Service Unavailable\n'])
  })

  it('has only the headers that were set before our middleware when the commit fails', async () => {
    const store = new InterceptedStore(() => {
      throw new Error('the store is down')
    })
    const before: Middleware = (response) => response.setHeader('Set-Cookie', ['before=1'])
    const send = (response: ServerResponse) => {
      response.appendHeader('Set-Cookie', 'app=1')
      response.end('text')
    }
    const answer = await ask({ before }, send, store)
    expect([answer.status, answer.setCookies]).toEqual([503, ['before=1']])
  })

  it('can have the sessions of two managers', async () => {
    const [shop, admin] = [
      newSessions({ cookie: { name: '__Host-shop' } }),
      newSessions({ cookie: { name: '__Host-admin' } }),
    ]
    const server = await listen(async (request, response) => {
      await sessionMiddleware(shop)(request, response)
      await sessionMiddleware(admin)(request, response)
      shop.of(request).update('n', (n) => Number(n) + 1)
      admin.of(request).update('n', (n) => Number(n) + 10)
      response.end(JSON.stringify([shop, admin].map((it) => it.of(request).get('n'))))
    })
    const browser = new Browser(server)
    const answers = [await browser.request('/'), await browser.request('/')]
    expect(answers.map((it) => it.body)).toEqual(['[1,10]', '[2,20]'])
    expect([...browser.cookies.keys()].sort()).toEqual(['__Host-admin', '__Host-shop'])
  })
})
