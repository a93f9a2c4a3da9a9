import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { promisify } from 'node:util'
import { type Session, SessionManager, type Store } from '@mako-session/core'
import { sessionMiddleware } from '@mako-session/core/node'
import { ScheduledStore } from './scheduled-store.ts'

/** An answer of a {@link SessionSite}. */
export interface SiteAnswer {
  readonly status: number
  readonly text: string
  /** `name=value` of the cookie that was set or cleared. */
  readonly cookie: string | undefined
}

/** What a handler of a {@link SessionSite} does for a path. */
export type SiteHandlers = Readonly<Record<string, (session: Session) => unknown>>

/** An HTTP server whose handlers use the session. All sites accept each other's cookies. */
export class SessionSite {
  /** How many requests reached a handler. */
  handled = 0
  /** How many calls of the store the requests made. */
  calls = 0
  readonly #sessions: SessionManager
  readonly #server: Server

  constructor(store: Store, storeTimeout: number, handlers: SiteHandlers) {
    const count = async () => {
      this.calls += 1
    }
    this.#sessions = new SessionManager({
      store: new ScheduledStore(store, count, false),
      secrets: 'the secret of a site that has outages',
      cookie: { secure: false },
      storeTimeout,
      gcInterval: false,
    })
    const withSession = sessionMiddleware(this.#sessions)
    this.#server = createServer(async (request, response) => {
      if (!(await withSession(request, response))) return
      this.handled += 1
      const result = await handlers[request.url ?? '']?.(this.#sessions.of(request))
      response.end(String(result))
    })
  }

  async listen(): Promise<void> {
    // More than the number of requests that a test sends at once.
    const backlog = 4_096
    await once(this.#server.listen({ port: 0, host: '127.0.0.1', backlog }), 'listening')
  }

  /** Sends a request over a connection of its own, and waits for the answer without a limit. */
  async get(path: string, cookie?: string): Promise<SiteAnswer> {
    const { port } = this.#server.address() as AddressInfo
    const headers = cookie === undefined ? {} : { cookie }
    const sent = request({ port, host: '127.0.0.1', path, headers, agent: false }).end()
    const [response]: [IncomingMessage] = (await once(sent, 'response')) as never
    const [setCookie] = response.headers['set-cookie'] ?? []
    return {
      status: response.statusCode ?? 0,
      text: await text(response),
      cookie: setCookie?.split(';')[0],
    }
  }

  /** Resolves once the connections of all answered requests are closed. */
  async untilIdle(): Promise<void> {
    const connections = promisify(this.#server.getConnections.bind(this.#server))
    while ((await connections()) > 0) await nextTurn()
  }

  close(): void {
    this.#sessions.close()
    this.#server.close().closeAllConnections()
  }
}
