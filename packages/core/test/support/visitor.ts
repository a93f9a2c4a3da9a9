import type { LoadOptions, ResponseFacts, Session, SessionManager } from '../../src/index.ts'

/** With a response, the request is ended with it, as by a binding. Without one it is committed. */
interface Visit extends LoadOptions {
  readonly response?: ResponseFacts
}

/** A minimal browser: it keeps the session cookie from one request to the next. */
export class Visitor<Data extends object> {
  readonly #sessions: SessionManager<Data>
  /** The `Cookie` header of the next request. */
  cookie: string | undefined
  /** The `Set-Cookie` value of the last response. */
  setCookie: string | undefined

  constructor(sessions: SessionManager<Data>, cookie?: string) {
    this.#sessions = sessions
    this.cookie = cookie
  }

  /** Another window of the same browser. */
  clone(): Visitor<Data> {
    return new Visitor(this.#sessions, this.cookie)
  }

  /** One request: load, what `handle` does, commit or end. */
  async request<Result>(
    handle: (session: Session<Data>) => Result | Promise<Result>,
    { response, ...options }: Visit = {},
  ): Promise<Result> {
    const session = await this.#sessions.load(this.cookie, options)
    const result = await handle(session)
    this.take(
      await (response ? this.#sessions.end(session, response) : this.#sessions.commit(session)),
    )
    return result
  }

  /** What a request finds in the session. */
  data(): Promise<Partial<Data>> {
    return this.request((session) => session.getData())
  }

  /** Changes the cookie as a `Set-Cookie` value says. */
  take(setCookie: string | undefined): void {
    this.setCookie = setCookie
    if (setCookie === undefined) return
    const [pair = ''] = setCookie.split(';')
    this.cookie = pair.endsWith('=') ? undefined : pair
  }
}
