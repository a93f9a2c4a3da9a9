import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setImmediate as turnOfTheLoop } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { Browser } from '../support/browser.ts'
import { CountedStore } from '../support/counted-store.ts'
import { deferred } from '../support/deferred.ts'
import { GatedStore } from '../support/gated-store.ts'
import { InterceptedStore } from '../support/intercepted-store.ts'
import { RawClient } from '../support/raw-client.ts'
import { type Handle, type HandleError, nodeServer } from './node-server.ts'

const failingStore = () =>
  new InterceptedStore((operation) => {
    if (operation !== 'read') throw new Error('the store is down')
  })

/** Asks a server whose store fails at the first write. */
async function ask(send: Handle, onError?: HandleError, method?: string) {
  const server = await nodeServer(
    failingStore(),
    (response, session, request) => {
      session.put('a', 1)
      return send(response, session, request)
    },
    onError,
  )
  return new Browser(server).request('/', method === undefined ? {} : { method })
}

const waysToSend: [string, (response: ServerResponse) => unknown][] = [
  ['end', (response) => response.end('done')],
  ['end, twice', (response) => response.end('done').end()],
  ['writeHead', (response) => response.writeHead(201, 'Done', { etag: '"1"' }).end('done')],
  ['status 204', (response) => response.writeHead(204).end()],
  ['status 304', (response) => response.writeHead(304).end()],
  ['redirect', (response) => response.writeHead(303, { location: '/' }).end()],
  [
    'write',
    (response) => {
      response.write('done')
      response.end()
    },
  ],
  ['flushHeaders', (response) => response.flushHeaders()],
  ['pipe', (response) => Readable.from(['do', 'ne']).pipe(response)],
  ['pipeline', (response) => pipeline(Readable.from(['do', 'ne']), response).catch(() => {})],
]

describe('a commit that fails', () => {
  it.each(waysToSend)('is answered with a plain 503 without next: %s', async (_, send) => {
    const { status, setCookies, headers, body } = await ask(send)
    expect([status, setCookies, body]).toEqual([503, [], '503 Service Unavailable\n'])
    expect([headers.etag, headers.location]).toEqual([undefined, undefined])
  })

  it.each(waysToSend)(
    'is passed to next, and the response of next is sent: %s',
    async (_, send) => {
      const { status, setCookies, body } = await ask(send, (response, error) => {
        response.writeHead(507, { 'set-cookie': 'error=1' }).end(JSON.stringify(error))
      })
      expect([status, setCookies]).toEqual([507, ['error=1']])
      expect(JSON.parse(body)).toMatchObject({ code: 'ERR_SESSION_STORE', status: 503 })
    },
  )

  it('drops the status and headers that the application had set', async () => {
    const seen: unknown[] = []
    const { status, statusMessage, body } = await ask(
      (response) => {
        response.setHeader('Cache-Control', 'public')
        const headers = { 'Content-Length': '4', ETag: '"1"', 'Set-Cookie': ['app=1'] }
        response.writeHead(201, 'Made', headers).end('done')
      },
      (response) => {
        seen.push(response.headersSent, response.writableEnded)
        seen.push(response.statusCode, response.getHeaderNames())
        response.end('a longer text')
      },
    )
    expect(seen).toEqual([false, false, 503, []])
    expect([status, statusMessage, body]).toEqual([503, 'Service Unavailable', 'a longer text'])
  })

  it('is answered without a body to HEAD', async () => {
    const { status, body } = await ask((response) => response.end('done'), undefined, 'HEAD')
    expect([status, body]).toEqual([503, ''])
  })

  it('sends no byte before it has failed', async () => {
    const store = new GatedStore()
    const server = await nodeServer(store, (response, session, request) => {
      if (request.url === '/ping') return response.end()
      session.put('a', 1)
      return response.end('done')
    })
    const client = await RawClient.connect(server)
    client.send()
    await store.reached
    await new Browser(server).request('/ping')
    expect(client.received).toBe('')
    store.fail()
    expect(await client.whole()).toMatch(/^HTTP\/1\.1 503 (?!.*(Set-Cookie|done))/s)
  })

  it('is not repeated for the response of the error handler', async () => {
    const store = new CountedStore(failingStore())
    const server = await nodeServer(
      store,
      (response, session) => {
        session.put('a', 1)
        response.end('done')
      },
      (response) => response.writeHead(200).end('another text'),
    )
    await new Browser(server).request('/')
    expect(store.calls).toEqual(['create'])
  })

  it('is passed to the callbacks of write and end', async () => {
    const codes: unknown[] = []
    const note = (error: unknown) => codes.push(Reflect.get(Object(error), 'code'))
    await ask((response) => {
      response.write('do', note)
      response.write('ne', 'utf8', note)
      response.end(note)
    })
    expect(codes).toEqual(['ERR_SESSION_STORE', 'ERR_SESSION_STORE', 'ERR_SESSION_STORE'])
  })

  it.each<[string, (source: Readable, response: ServerResponse) => unknown]>([
    ['pipe', (source, response) => source.pipe(response)],
    ['pipeline', (source, response) => pipeline(source, response).catch(() => {})],
  ])('sends nothing of the source and destroys it: %s', async (_, send) => {
    const source = Readable.from(endless())
    const closed = deferred()
    source.once('close', closed.resolve)
    const answer = await ask((response) => send(source, response))
    expect([answer.status, answer.body]).toEqual([503, '503 Service Unavailable\n'])
    await closed.promise
    expect(source.destroyed).toBe(true)
  })

  it('sends nothing of the source in the response of a slow error handler', async () => {
    const { body } = await ask(
      (response) => Readable.from(endless()).pipe(response),
      async (response) => {
        await turnOfTheLoop()
        response.end('error page')
      },
    )
    expect(body).toBe('error page')
  })

  it('destroys the source also when the client has disconnected', async () => {
    const store = new GatedStore()
    const source = Readable.from(endless())
    const [closed, gone] = [deferred(), deferred()]
    source.once('close', closed.resolve)
    const server = await nodeServer(store, (response, session) => {
      session.put('a', 1)
      response.once('close', gone.resolve)
      source.pipe(response)
    })
    const client = await RawClient.connect(server)
    client.send()
    await store.reached
    client.socket.destroy()
    await gone.promise
    store.fail()
    await closed.promise
  })

  it('drops what the application writes afterwards', async () => {
    const answered = deferred()
    const written: unknown[] = []
    const { body } = await ask(
      async (response) => {
        response.write('do')
        await answered.promise
        written.push(response.write('ne'), response.end('!') === response)
        response.flushHeaders()
      },
      (response) => {
        response.end('error page')
        answered.resolve()
      },
    )
    expect([body, written]).toEqual(['error page', [false, true]])
  })

  it('has status 503 also when the application ends the response while a slow error handler runs', async () => {
    const failed = deferred()
    const { status, setCookies } = await ask(
      async (response) => {
        response.write('do')
        await failed.promise
        response.end('ne')
      },
      () => failed.resolve(),
    )
    expect([status, setCookies]).toEqual([503, []])
  })

  it('sets no cookie after regenerateId, and the old one stays valid', async () => {
    const store = new InterceptedStore()
    const server = await nodeServer(store, (response, session, request) => {
      if (request.url === '/put') session.put('a', 1)
      if (request.url === '/regenerate') session.regenerateId()
      response.end(String(session.get('a')))
    })
    const browser = new Browser(server)
    await browser.request('/put')
    store.before = failingStore().before
    const { status, setCookies } = await browser.request('/regenerate')
    expect([status, setCookies]).toEqual([503, []])
    store.before = () => {}
    expect((await browser.request('/')).body).toBe('1')
  })
})

async function* endless() {
  for (;;) yield 'done'
}
