import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { performance } from 'node:perf_hooks'
import { type Session, SessionManager, type Store } from '@mako-session/core'
import { sessionMiddleware } from '@mako-session/core/node'

/** What came back from a {@link SessionSite}. */
export interface SiteAnswer {
  readonly status: number
  readonly text: string
  /** `name=value` of the cookie that was set, also of one that was cleared. */
  readonly cookie: string | undefined
}

/** What a handler of a {@link SessionSite} does for a path. */
export type SiteHandlers = Readonly<Record<string, (session: Session) => unknown>>

const storeTimeout = 1

/** An HTTP server whose handlers use the session, and what there is to see of its requests. */
export class SessionSite {
  /** How many requests reached a handler. */
  handled = 0
  /** The longest time, in milliseconds, from a request's arrival to its answer. */
  slowestMs = 0
  readonly #sessions: SessionManager
  readonly #server: Server

  constructor(store: Store, handlers: SiteHandlers) {
    this.#sessions = new SessionManager({
      store,
      secrets: 'the secret of a site that has outages',
      cookie: { secure: false },
      storeTimeout,
    })
    const withSession = sessionMiddleware(this.#sessions)
    this.#server = createServer(async (request, response) => {
      const arrivedAt = performance.now()
      response.once('finish', () => {
        this.slowestMs = Math.max(this.slowestMs, performance.now() - arrivedAt)
      })
      if (!(await withSession(request, response))) return
      this.handled += 1
      const result = await handlers[request.url ?? '']?.(this.#sessions.of(request))
      response.end(String(result))
    })
  }

  async listen(): Promise<void> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening')
  }

  async get(path: string, cookie?: string): Promise<SiteAnswer> {
    const { port } = this.#server.address() as AddressInfo
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      headers: cookie === undefined ? {} : { cookie },
    })
    const [setCookie] = response.headers.getSetCookie()
    const text = await response.text()
    return { status: response.status, text, cookie: setCookie?.split(';')[0] }
  }

  close(): void {
    this.#sessions.close()
    this.#server.close().closeAllConnections()
  }
}
