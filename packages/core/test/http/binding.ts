import type { Session, SessionManager, SessionOptions } from '../../src/index.ts'
import { type Answer, Browser, type RequestInit } from '../support/browser.ts'
import { deferred } from '../support/deferred.ts'
import type { LocalServer } from '../support/local-server.ts'
import { newSessions } from '../support/new-sessions.ts'

/** A binding that is tested: it connects sessions to a framework. */
export interface Binding {
  readonly name: string
  /** Whether the application answers the errors of sessions, because the binding only passes them on. */
  readonly leavesErrorsToApplication?: true
  /**
   * Serves every request with `handler`. The handler gets the session by the framework's own means, and
   * its reply becomes the response. An error is answered with its `status`, or with 500 if it has none.
   */
  start(sessions: SessionManager, handler: Handler): Promise<LocalServer>
}

/** `request` is the object under which `sessions.of` finds the session. */
export type Handler = (
  session: Session,
  request: { readonly url?: string | undefined },
) => Promise<Reply>

/** A response, described without the classes of any framework. */
export class Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[]>>
  readonly body: string | AsyncIterable<Uint8Array>

  constructor({
    status = 200,
    headers = {},
    body = '',
  }: Partial<Pick<Reply, 'status' | 'headers' | 'body'>>) {
    this.status = status
    this.headers = headers
    this.body = body
  }
}

/** What a request does on the server: its reply, or the value that it answers with. */
export type Act = (session: Session, request: object) => unknown

interface Visit extends RequestInit {
  readonly query?: string
}

/** A browser whose requests run functions of the test on the server. */
export class HttpVisitor {
  readonly browser: Browser
  readonly sessions: SessionManager
  readonly #acts: Map<string, Act>

  constructor(browser: Browser, sessions: SessionManager, acts: Map<string, Act>) {
    this.browser = browser
    this.sessions = sessions
    this.#acts = acts
  }

  /** Another browser with the same cookies. */
  clone(): HttpVisitor {
    return new HttpVisitor(this.browser.clone(), this.sessions, this.#acts)
  }

  /** A browser without cookies. */
  stranger(): HttpVisitor {
    const stranger = this.clone()
    stranger.browser.cookies.clear()
    return stranger
  }

  async visit(act: Act, { query = '', ...init }: Visit = {}): Promise<Answer> {
    const path = `/${this.#acts.size}`
    this.#acts.set(path, act)
    return this.browser.request(path + query, init)
  }

  /** Sends a request and resolves when its session is loaded. `finish()` lets it run `act`. */
  async begin(act: Act): Promise<{ readonly finish: () => Promise<Answer> }> {
    const loaded = deferred()
    const going = deferred()
    const answer = this.visit(async (session, request) => {
      loaded.resolve()
      await going.promise
      return act(session, request)
    })
    await loaded.promise
    return {
      finish() {
        going.resolve()
        return answer
      },
    }
  }

  /** The value that a request answers with. */
  async ask(act: Act, init?: Visit): Promise<unknown> {
    const { status, body } = await this.visit(act, init)
    if (status !== 200) throw new Error(`Answered ${status}: ${body}`)
    return JSON.parse(body)
  }
}

/** Starts a server and returns its first visitor. The visitor has no cookie yet. */
export async function newHttpVisitor(
  binding: Binding,
  options?: Partial<SessionOptions>,
): Promise<HttpVisitor> {
  const sessions = newSessions(options)
  const acts = new Map<string, Act>()
  const server = await binding.start(sessions, async (session, request) => {
    const { pathname } = new URL(request.url ?? '', 'http://localhost')
    const result = await acts.get(pathname)?.(session, request)
    return result instanceof Reply ? result : new Reply({ body: JSON.stringify(result ?? null) })
  })
  return new HttpVisitor(new Browser(server), sessions, acts)
}
