import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { Browser } from '../support/browser.ts'
import { deferred } from '../support/deferred.ts'
import { GatedStore } from '../support/gated-store.ts'
import { InterceptedStore } from '../support/intercepted-store.ts'
import { listen } from '../support/local-server.ts'
import { RawClient } from '../support/raw-client.ts'
import { nodeServer, slowServer } from './node-server.ts'

type Send = (response: ServerResponse) => unknown

const ours = expect.stringMatching(/^__Host-session=/)

const waysToSend: [string, Send][] = [
  ['end', (response) => response.end('text')],
  ['end without a body', (response) => response.end()],
  ['end with a callback', (response) => response.end(() => {})],
  [
    'write',
    (response) => {
      response.write('te')
      response.end('xt')
    },
  ],
  ['writeHead', (response) => response.writeHead(200).end('text')],
  [
    'flushHeaders',
    (response) => {
      response.flushHeaders()
      response.end('text')
    },
  ],
  ['status 204', (response) => response.writeHead(204).end()],
  ['status 304', (response) => response.writeHead(304).end()],
  ['pipe', (response) => Readable.from(['te', 'xt']).pipe(response)],
]

describe('a held response', () => {
  it.each(waysToSend)('sends no byte before the store has acknowledged: %s', async (_, send) => {
    const store = new GatedStore()
    const server = await nodeServer(store, (response, session, request) => {
      if (request.url === '/ping') return response.end()
      session.put('a', 1)
      return send(response)
    })
    const client = await RawClient.connect(server)
    client.send()
    await store.reached
    await new Browser(server).request('/ping') // A byte that was sent has arrived by now.
    expect(client.received).toBe('')
    store.open()
    expect(await client.whole()).toMatch(/^HTTP\/1\.1 (200|204|304) .*Set-Cookie: __Host-session=/s)
  })

  it('answers HEAD without a body, after the store has acknowledged', async () => {
    const browser = await slowServer((response) => response.end('text'))
    const { status, setCookies, body } = await browser.request('/', { method: 'HEAD' })
    expect([status, setCookies, body]).toEqual([200, [ours], ''])
  })

  it('has the Content-Length that Node gives a body that is sent at once', async () => {
    const browser = await slowServer((response) => response.end('text'))
    const { headers, body } = await browser.request('/')
    expect([headers['content-length'], headers['transfer-encoding'], body]).toEqual([
      '4',
      undefined,
      'text',
    ])
  })

  it('looks to the application like a response that was sent', async () => {
    const seen: unknown[] = []
    const browser = await slowServer((response) => {
      seen.push(response.headersSent, response.writableEnded)
      seen.push(response.write('te'), response.headersSent, response.writableEnded)
      seen.push(response.end('xt') === response, response.writableEnded, response.writableFinished)
    })
    await browser.request('/')
    expect(seen).toEqual([false, false, true, true, false, true, true, false])
  })

  it.each<[string, Send]>([
    ['writeHead', (response) => response.writeHead(200)],
    ['setHeader', (response) => response.setHeader('x-late', '1')],
    ['appendHeader', (response) => response.appendHeader('x-late', '1')],
    ['removeHeader', (response) => response.removeHeader('x-app')],
  ])('refuses changes of its headers after writeHead: %s', async (_, late) => {
    const codes: unknown[] = []
    const browser = await slowServer((response) => {
      response.writeHead(200, { 'x-app': 'yes' })
      codes.push(codeOf(() => late(response)))
      response.end('text')
    })
    const { headers, body } = await browser.request('/')
    expect([codes, headers['x-app'], headers['x-late'], body]).toEqual([
      ['ERR_HTTP_HEADERS_SENT'],
      'yes',
      undefined,
      'text',
    ])
  })

  it('has the status that it had when the application called end', async () => {
    const browser = await slowServer((response) => {
      response.end('text')
      response.statusCode = 500
      response.statusMessage = 'Late'
    })
    const { status, statusMessage } = await browser.request('/')
    expect([status, statusMessage]).toEqual([200, 'OK'])
  })

  it('calls its callbacks and emits its events in the order of a response that is not held', async () => {
    const watched = () => {
      const seen: unknown[] = []
      const closed = deferred()
      const send: Send = (response) => {
        response.on('finish', () => seen.push('finish'))
        response.on('close', () => {
          seen.push(response.headersSent, response.writableEnded, response.writableFinished)
          closed.resolve()
        })
        response.write('te', () => seen.push('written'))
        response.end('xt', () => seen.push('ended'))
      }
      return { seen, send, closed: closed.promise }
    }
    const [held, plain] = [watched(), watched()]
    await (await slowServer(held.send)).request('/')
    await new Browser(await listen((_, response) => plain.send(response))).request('/')
    await Promise.all([held.closed, plain.closed])
    expect(held.seen).toHaveLength(6)
    expect(held.seen).toEqual(plain.seen)
  })

  it('reports a write after its end as Node does', async () => {
    const errors: unknown[] = []
    const browser = await slowServer((response) => {
      response.on('error', (error) => errors.push(Reflect.get(error, 'code')))
      response.end('text')
      response.write('late')
    })
    expect((await browser.request('/')).body).toBe('text')
    expect(errors).toEqual(['ERR_STREAM_WRITE_AFTER_END'])
  })

  it('ends the connection when the held calls cannot be carried out', async () => {
    const browser = await slowServer((response) => {
      response.writeHead(200, { 'content-length': '8' })
      response.write('te')
      response.end('xt', 'no encoding' as never)
    })
    await expect(browser.request('/')).rejects.toMatchObject({ code: 'ECONNRESET' })
  })

  it('makes changes of the session throw after its first write', async () => {
    const codes: unknown[] = []
    const browser = await slowServer((response, session) => {
      response.write('te')
      codes.push(codeOf(() => session.put('a', 2)))
      response.end('xt')
      codes.push(codeOf(() => session.destroy()))
    })
    await browser.request('/')
    expect(codes).toEqual(['ERR_SESSION_ENDED', 'ERR_SESSION_ENDED'])
  })

  it('leaves the connection usable for the next request, also a pipelined one', async () => {
    const store = new InterceptedStore((operation) => operation === 'read' || wait(200))
    const server = await nodeServer(store, (response, session, request) => {
      if (request.url === '/first') session.put('a', 1)
      response.end(request.url)
    })
    const client = await RawClient.connect(server)
    client.socket.write('GET /first HTTP/1.1\r\nHost: localhost\r\n\r\n')
    client.send('GET', '/second')
    expect(await client.whole()).toMatch(/^HTTP\/1\.1 200 .*\/first.*HTTP\/1\.1 200 .*\/second$/s)
  })
})

function codeOf(run: () => unknown): unknown {
  try {
    run()
    return undefined
  } catch (error) {
    return Reflect.get(Object(error), 'code')
  }
}
