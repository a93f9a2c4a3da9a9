import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import http2 from 'node:http2'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, it, onTestFinished } from 'vitest'
import { sessionMiddleware } from '../../src/http/session-middleware.ts'
import { MemoryStore } from '../../src/index.ts'
import { Browser } from '../support/browser.ts'
import { listen } from '../support/local-server.ts'
import { newSessions } from '../support/new-sessions.ts'
import { RawClient } from '../support/raw-client.ts'
import { describeBinding } from './binding-suite.ts'
import { nodeServer } from './node-server.ts'
import { sendReply } from './send-reply.ts'

describeBinding({
  name: 'sessionMiddleware',
  start(sessions, handler) {
    const middleware = sessionMiddleware(sessions)
    return listen(async (request, response) => {
      if (!(await middleware(request, response))) return
      try {
        sendReply(response, await handler(sessions.of(request), request))
      } catch (error) {
        response.statusCode = Number(Reflect.get(Object(error), 'status') ?? 500)
        response.end(String(error))
      }
    })
  },
})

it('sessionMiddleware finds the session in either of two Cookie lines', async () => {
  const server = await nodeServer(new MemoryStore(), (response, session) => {
    session.update('visits', (visits) => Number(visits) + 1)
    response.end(`visit ${session.get('visits')}`)
  })
  const browser = new Browser(server)
  await browser.request('/')
  const [pair] = [...browser.cookies].map((it) => it.join('='))
  for (const lines of [`Cookie: a=1\r\nCookie: ${pair}`, `Cookie: ${pair}\r\nCookie: a=1`]) {
    const client = await RawClient.connect(server)
    client.socket.write(
      `GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${lines}\r\n\r\n`,
    )
    expect(await client.whole()).toMatch(/visit [23]$/)
  }
})

it('sessionMiddleware keeps a flash value at a HEAD request of HTTP/2', async () => {
  const sessions = newSessions()
  const middleware = sessionMiddleware(sessions)
  const found: unknown[] = []
  const server = http2.createServer(async (request, response) => {
    await middleware(request as never, response as never)
    const session = sessions.of(request)
    found.push(session.flashes())
    if (request.url === '/flash') session.flash('notice', 'Saved')
    response.setHeader('Content-Type', 'text/html')
    response.end()
  })
  onTestFinished(() => void server.close())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const client = http2.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  onTestFinished(() => client.close())
  let cookie = ''
  for (const [method, path] of [
    ['POST', '/flash'],
    ['HEAD', '/'],
    ['GET', '/'],
    ['GET', '/'],
  ]) {
    const stream = client.request({ ':method': method, ':path': path, cookie })
    const [headers]: [http2.IncomingHttpHeaders] = (await once(stream, 'response')) as never
    cookie ||= headers['set-cookie']?.[0]?.split(';')[0] ?? ''
    await text(stream)
  }
  expect(found).toEqual([{}, { notice: 'Saved' }, { notice: 'Saved' }, {}])
})

it.each<[string, (response: ServerResponse) => unknown]>([
  ['an object', (response) => response.writeHead(200, { 'Content-Type': 'text/html' })],
  ['a flat list', (response) => response.writeHead(200, ['content-type', 'text/html'])],
  ['a header that was set before', (response) => response.setHeader('Content-Type', ['text/html'])],
])('sessionMiddleware sees that the response is a page by %s', async (_, setHead) => {
  const found: unknown[] = []
  const server = await nodeServer(new MemoryStore(), (response, session) => {
    found.push(session.hasFlash('notice'))
    if (found.length === 1) session.flash('notice', 'Saved')
    setHead(response)
    response.end()
  })
  const browser = new Browser(server)
  for (let count = 0; count < 3; count += 1) await browser.request('/')
  expect(found).toEqual([false, true, false])
})
