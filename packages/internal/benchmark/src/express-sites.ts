import type { RequestListener } from 'node:http'
import { SessionManager } from '@mako-session/core'
import { sessionMiddleware } from '@mako-session/core/node'
import { RedisStore as PopularRedisStore } from 'connect-redis'
import express, { type Express } from 'express'
import expressSession from 'express-session'
import { createClient } from 'redis'
import { pages } from './our-session.ts'
import { redisStore } from './our-sites.ts'
import { sessionData } from './signed-session.ts'

const secret = 'the secret of a benchmark, long enough'

/** Express without a session. */
export function bareExpress(): RequestListener {
  const app = newApp()
  app.get(['/start', '/read', '/change'], (_, response) => {
    response.send('Jane')
  })
  return app
}

export function ourExpress(url: string): RequestListener {
  const sessions = new SessionManager({ store: redisStore(url), secrets: secret })
  const app = newApp()
  app.use(sessionMiddleware(sessions))
  app.get(['/start', '/read', '/change'], (request, response) => {
    response.send(String(pages[request.path]?.(sessions.of(request))))
  })
  return app
}

/** express-session with connect-redis and node-redis, the client that connect-redis needs. */
export async function popularExpress(url: string): Promise<RequestListener> {
  const client = await createClient({ url }).connect()
  const app = newApp()
  const store = new PopularRedisStore({ client })
  app.use(expressSession({ store, secret, resave: false, saveUninitialized: false }))
  app.get(['/start', '/read', '/change'], (request, response) => {
    const { session } = request as unknown as { session: { name: string; visits: number } }
    if (request.path === '/start') Object.assign(session, sessionData)
    if (request.path === '/change') session.visits += 1
    response.send(session.name)
  })
  return app
}

function newApp(): Express {
  return express().disable('x-powered-by').disable('etag')
}
