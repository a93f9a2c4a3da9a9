import { expect, it } from 'vitest'
import { sessionMiddleware } from '../../src/http/session-middleware.ts'
import { MemoryStore } from '../../src/index.ts'
import { Browser } from '../support/browser.ts'
import { listen } from '../support/local-server.ts'
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
