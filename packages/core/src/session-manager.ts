import { CsrfTokens } from './cookie/csrf-tokens.ts'
import { SessionCookie } from './cookie/session-cookie.ts'
import { checkOptionNames } from './options/check-option-names.ts'
import { SessionLifetime } from './record/session-lifetime.ts'
import { SessionRecords } from './record/session-records.ts'
import { StoreGc } from './record/store-gc.ts'
import type { SessionServices } from './request/session-services.ts'
import { createSession, Session, stateOf } from './session.ts'
import { SessionCommitter } from './session-committer.ts'
import { SessionLoader } from './session-loader.ts'
import { resolveSessionOptions, type SessionOptions } from './session-options.ts'
import { ValueText } from './values/value-text.ts'

/** Options of {@link SessionManager.load}. */
export interface LoadOptions {
  /**
   * Whether the visitor does not see the response (a prefetch, a script's call). Then flash values
   * that the request does not read are kept for the next request.
   * @default false
   */
  readonly background?: boolean
  /** The request object by which {@link SessionManager.of} is to find the session. */
  readonly request?: object
}

/** The session manager of any application: the type for adapters and helpers that work with all of them. */
// biome-ignore lint/suspicious/noExplicitAny: nothing else is assignable from and to all data.
export type AnySessionManager = SessionManager<any>

/** The type of the sessions of a manager: `SessionOf<typeof sessions>`. */
export type SessionOf<Manager extends AnySessionManager> =
  Manager extends SessionManager<infer Data> ? Session<Data> : never

const loadOptionNames = Object.keys({
  background: true,
  request: true,
} satisfies Record<keyof LoadOptions, true>)

/**
 * Loads sessions and stores their changes. A server needs one. Without `Data`, the values of its
 * sessions are `unknown`.
 */
export class SessionManager<Data extends object = Record<string, unknown>> {
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
      expiresAt: (state) => lifetime.expiresAt(state.contents),
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
  ): Promise<Session<Data>> {
    checkOptionNames('load', options, loadOptionNames)
    const { background = false, request } = options
    this.#gc.start()
    const state = await this.#loader.load(cookieHeader ?? '', background)
    const session = createSession<Data>(state, this.#services)
    if (request) Reflect.set(request, this.#slot, session)
    return session
  }

  /**
   * Stores the changes of a session and resolves the `Set-Cookie` value to send, if any. Makes no store
   * call when nothing has to be stored.
   * @throws {SessionError} with the code of what failed. Then do not answer as if the request succeeded.
   */
  async commit(session: Session<Data>): Promise<string | undefined> {
    return this.#committer.commit(stateOf(session))
  }

  /**
   * The last commit of a session, for bindings: call it when the response is about to begin. Further
   * changes throw `ERR_SESSION_ENDED`. After a request that `failed` only a `destroy()` is carried
   * out. Gives `undefined` at once, not a promise, where nothing has to be stored.
   * @throws {SessionError} as `commit` does.
   */
  end(
    session: Session<Data>,
    { failed = false }: { readonly failed?: boolean } = {},
  ): Promise<string | undefined> | undefined {
    const state = stateOf(session)
    if (state.isEnded) return undefined
    state.isEnded = true
    return this.#committer.end(state, failed)
  }

  /**
   * The session that was loaded for a request object, typed.
   * @throws {TypeError} when there is none.
   */
  of(request: object): Session<Data> {
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
