import { CsrfTokens } from './cookie/csrf-tokens.ts'
import { SessionCookie } from './cookie/session-cookie.ts'
import { checkOptionNames } from './options/check-option-names.ts'
import { SessionLifetime } from './record/session-lifetime.ts'
import { SessionRecords } from './record/session-records.ts'
import { StoreGc } from './record/store-gc.ts'
import type { RequestFacts } from './request/request-facts.ts'
import { plainPage, type ResponseFacts } from './request/response-facts.ts'
import type { SessionServices } from './request/session-services.ts'
import { createSession, Session, stateOf } from './session.ts'
import { SessionCommitter } from './session-committer.ts'
import { SessionLoader } from './session-loader.ts'
import { resolveSessionOptions, type SessionOptions } from './session-options.ts'
import { ValueText } from './values/value-text.ts'

/** Options of {@link SessionManager.load}. */
export interface LoadOptions {
  /**
   * What the request is: for bindings. Then the response that {@link SessionManager.end} is told of
   * decides which flash values go, and a `commit` before it lets none go. Without it the session is
   * loaded outside a request, or by code that calls `commit` alone: each commit counts as a page that
   * was shown, so all flash values that were loaded go.
   */
  readonly request?: RequestFacts | undefined
  /** The object by which {@link SessionManager.of} is to find the session: the server's request. */
  readonly requestObject?: object | undefined
}

/** The session manager of any application: the type for adapters and helpers that work with all of them. */
// biome-ignore lint/suspicious/noExplicitAny: nothing else is assignable from and to all data.
export type AnySessionManager = SessionManager<any, any>

/** The type of the sessions of a manager: `SessionOf<typeof sessions>`. */
export type SessionOf<Manager extends AnySessionManager> =
  Manager extends SessionManager<infer Data, infer Flash> ? Session<Data, Flash> : never

const loadOptionNames = Object.keys({
  request: true,
  requestObject: true,
} satisfies Record<keyof LoadOptions, true>)

/**
 * Loads sessions and stores their changes. A server needs one. `Data` has the types of the values of
 * its sessions, `Flash` those of the flash values. Without them these are `unknown`.
 */
export class SessionManager<
  Data extends object = Record<string, unknown>,
  Flash extends object = Record<string, unknown>,
> {
  readonly #loader: SessionLoader
  readonly #committer: SessionCommitter
  readonly #gc: StoreGc
  readonly #services: SessionServices
  /** Where a request object has its session: as keys of a WeakMap, requests would outlive their response. */
  readonly #slot = Symbol('mako-session')
  /** Whether browsers send the session cookie over HTTPS alone. */
  readonly isCookieSecure: boolean

  /** @throws {TypeError} or {RangeError} for an option that is missing, unknown or out of bounds. */
  constructor(options: SessionOptions) {
    const resolved = resolveSessionOptions(options)
    const lifetime = new SessionLifetime(resolved)
    const records = new SessionRecords(resolved, lifetime)
    const cookie = new SessionCookie(resolved.cookie, resolved.secrets)
    this.isCookieSecure = resolved.cookie.secure
    this.#loader = new SessionLoader(cookie, records, lifetime, new ValueText(resolved.serializer))
    this.#committer = new SessionCommitter(cookie, records, lifetime, resolved.onLost)
    this.#gc = new StoreGc(records, resolved.gcInterval)
    this.#services = {
      csrf: new CsrfTokens(resolved.secrets),
      now: () => lifetime.now(),
      expiresAt: ({ contents, journal }) =>
        lifetime.expiresAt(journal.login ? { ...contents, boundAt: lifetime.now() } : contents),
      spendToken: (state, tokenHash) => this.#committer.spendToken(state, tokenHash),
    }
  }

  /**
   * The session that a `Cookie` header names, else a new one. A new one is stored only when the
   * application keeps something in it, or calls `csrfToken`. Without a cookie that we signed, no store
   * call is made.
   * @throws {SessionError} `ERR_SESSION_STORE` or `ERR_SESSION_STORE_TIMEOUT` when the store fails.
   */
  async load(
    cookieHeader: string | null | undefined,
    options: LoadOptions = {},
  ): Promise<Session<Data, Flash>> {
    checkOptionNames('load', options, loadOptionNames)
    const { request, requestObject } = options
    if (request) checkRequestFacts(request)
    this.#gc.start()
    const state = await this.#loader.load(cookieHeader ?? '', request)
    const session: Session<Data, Flash> = createSession(state, this.#services)
    if (requestObject) Reflect.set(requestObject, this.#slot, session)
    return session
  }

  /**
   * Stores the changes of a session and resolves the `Set-Cookie` value to send, if any. Makes no store
   * call when nothing has to be stored. In the middle of a request it keeps what was changed until
   * then, even if the response has a status of 500 or more. `end` gives the cookie that it makes due
   * once more. Call `end` too where `cookie.maxAge` is set: only `end` gives the cookie that a
   * `validateToken` made due. Flash values: see {@link LoadOptions.request}.
   *
   * After `end` it stores nothing more. A commit that failed can be tried again. If the failed one did reach the store, functions given to
   * `update` have counted twice then.
   * @throws {SessionError} with the code of what failed. Then do not answer as if the request succeeded.
   */
  async commit(session: Session<Data, Flash>): Promise<string | undefined> {
    const state = stateOf(session)
    return state.isEnded ? undefined : this.#committer.commit(state)
  }

  /**
   * The last commit of a session, for bindings: call it when the response is about to begin. Further
   * changes throw `ERR_SESSION_ENDED`. Gives `undefined` at once, not a promise, where nothing has to
   * be stored.
   *
   * A response with a status of 500 or more stores nothing but a `destroy()`, not even a `clear()`: a
   * request that failed changes nothing. The event `dropped` says so. What is to be kept all the same
   * is stored by `await sessions.commit(session)` before.
   *
   * The response decides which flash values go. Without its facts it counts as an HTML page with
   * status 200.
   * @throws {SessionError} as `commit` does, and {TypeError} where the response has no status.
   */
  end(
    session: Session<Data, Flash>,
    response: ResponseFacts = plainPage,
  ): Promise<string | undefined> | undefined {
    if (typeof response.status !== 'number') {
      throw new TypeError(
        'end needs the facts of the response: { status, contentType, isAttachment }',
      )
    }
    const state = stateOf(session)
    if (state.isEnded) return this.#committer.handOut(state)
    state.isEnded = true
    state.flash.answer(response)
    return this.#committer.end(state, response.status >= 500)
  }

  /**
   * The session that was loaded for a request object, typed.
   * @throws {TypeError} when there is none.
   */
  of(request: object): Session<Data, Flash> {
    const session: unknown = Reflect.get(request, this.#slot)
    if (session instanceof Session) return session
    throw new TypeError(
      'No session was loaded for this request: install the session middleware before what uses sessions.',
    )
  }

  /**
   * Removes sessions that are over from the store and resolves how many.
   * @throws {SessionError} `ERR_SESSION_STORE` when the store fails.
   */
  async gc(): Promise<number> {
    return this.#gc.run()
  }

  /** Stops the clean-ups. The store's client is not closed: it is not ours. */
  async close(): Promise<void> {
    await this.#gc.close()
  }
}

/** A request of Express or of fetch resembles the facts. What it says would not be what they mean. */
function checkRequestFacts(request: RequestFacts): void {
  if (typeof request.header === 'function' && 'isEncrypted' in request) return
  throw new TypeError(
    'The option request of load needs { method, isEncrypted, host, header }. The request object by which of() finds the session is the option requestObject.',
  )
}
