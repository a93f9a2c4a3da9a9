import type { RequestListener } from 'node:http'
import { SessionManager, type Store } from '@mako-session/core'
import { sessionMiddleware } from '@mako-session/core/node'
import { DatabaseStore, mysql } from '@mako-session/database'
import { RedisStore } from '@mako-session/redis'
import { Redis } from 'ioredis'
import { createPool } from 'mysql2/promise'
import { pages } from './our-session.ts'

/** A store in the Redis of a URL. The client pipelines its commands, as the README advises. */
export function redisStore(url: string): Store {
  return new RedisStore(new Redis(url, { enableAutoPipelining: true }))
}

export function ourRedisSite(url: string): RequestListener {
  return siteOf(redisStore(url))
}

export async function ourDatabaseSite(url: string): Promise<RequestListener> {
  const store = new DatabaseStore(mysql(createPool(url)))
  await store.createTable()
  return siteOf(store)
}

function siteOf(store: Store): RequestListener {
  const sessions = new SessionManager({ store, secrets: 'the secret of a benchmark, long enough' })
  const withSession = sessionMiddleware(sessions)
  return (request, response) => {
    withSession(request, response, (error) => {
      if (error) response.writeHead(503)
      const page = pages[request.url ?? '']
      response.end(String(page?.(sessions.of(request))))
    })
  }
}
