import type { CsrfTokens } from './cookie/csrf-tokens.ts'
import { createToken, hashToken } from './request/one-time-token.ts'
import type { SessionState } from './request/session-state.ts'
import { SessionError } from './session-error.ts'

/** The names under which a session keeps values. */
export type DataKey<Data extends object> = keyof Data & string

/** What a session needs of the manager that loaded it. */
export interface SessionServices {
  readonly csrf: CsrfTokens
  readonly expiresAt: (state: SessionState) => number
  readonly spendToken: (state: SessionState, tokenHash: string) => Promise<boolean>
}

/** The state behind a session: for the manager, and nobody else. */
export let stateOf: (session: Session<object>) => SessionState

/**
 * One visitor's session during one request. Everything but {@link Session.validateToken} is in
 * memory and synchronous: it records what is wanted, and the commit that comes before the response
 * stores it.
 *
 * Methods that change the session throw a `SessionError` `ERR_SESSION_ENDED` after `destroy()`,
 * during a commit, and once the response has begun; `put`, `flash` and `update` throw
 * `ERR_SESSION_VALUE` for a value that cannot be kept exactly.
 */
export class Session<Data extends object = Record<string, unknown>> {
  readonly #state: SessionState
  readonly #services: SessionServices

  static {
    stateOf = (session) => session.#state
  }

  /** @internal Sessions come from `SessionManager.load`. */
  constructor(state: SessionState, services: SessionServices) {
    this.#state = state
    this.#services = services
  }

  /** The public name of the session, 32 hex digits: safe in logs, listings and URLs. */
  get key(): string {
    return this.#state.id.key
  }

  /** Whether it is not stored yet. */
  get isNew(): boolean {
    return this.#state.record === undefined
  }

  /** Whether `destroy()` was called. */
  get isDestroyed(): boolean {
    return this.#state.isDestroyed
  }

  /** When the visitor's session began; `regenerateId` does not change it. */
  get createdAt(): Date {
    return new Date(this.#state.contents.createdAt * 1_000)
  }

  /** When it ends unless it is used before. Use moves it by at most one `renewInterval` at a time. */
  get expiresAt(): Date {
    return new Date(this.#services.expiresAt(this.#state) * 1_000)
  }

  /** The user whom `bindUser` tied the session to. */
  get userId(): string | undefined {
    return this.#state.userId
  }

  /** Stores a value, as it is now: later changes of the object passed in do not count. */
  put<Key extends DataKey<Data>>(key: Key, value: Data[Key]): void {
    this.#changing().data.put(named(key), value)
  }

  /**
   * The value of a key, else the default, else `null`. Changes made in place to an object that it
   * returned are saved.
   */
  get<Key extends DataKey<Data>>(key: Key): Data[Key] | null
  get<Key extends DataKey<Data>, Default>(key: Key, defaultValue: Default): Data[Key] | Default
  get(key: string, defaultValue: unknown = null): unknown {
    const value = this.#state.data.get(named(key))
    return value === undefined ? defaultValue : value
  }

  /** Whether the key was put. */
  has(key: DataKey<Data>): boolean {
    return this.#state.data.has(named(key))
  }

  /** Removes a key; one that is not there is no error. */
  remove(key: DataKey<Data>): void {
    this.#changing().data.remove(named(key))
  }

  /** Stores a value and returns the one before it, else the default, else `null`. */
  getAndPut<Key extends DataKey<Data>>(key: Key, value: Data[Key]): Data[Key] | null
  getAndPut<Key extends DataKey<Data>, Default>(
    key: Key,
    value: Data[Key],
    defaultValue: Default,
  ): Data[Key] | Default
  getAndPut(key: DataKey<Data>, value: Data[DataKey<Data>], defaultValue: unknown = null): unknown {
    const before = this.get(key, defaultValue)
    this.put(key, value)
    return before
  }

  /** Removes a key and returns its value, else the default, else `null`. */
  getAndRemove<Key extends DataKey<Data>>(key: Key): Data[Key] | null
  getAndRemove<Key extends DataKey<Data>, Default>(
    key: Key,
    defaultValue: Default,
  ): Data[Key] | Default
  getAndRemove(key: DataKey<Data>, defaultValue: unknown = null): unknown {
    const before = this.get(key, defaultValue)
    this.remove(key)
    return before
  }

  /**
   * Puts `fn(current)`, where `current` is the value, else the default, else `null`. `fn` has to be
   * pure: it runs again on fresh data when another request was faster, so no increment is lost.
   */
  update<Key extends DataKey<Data>>(key: Key, fn: (current: Data[Key] | null) => Data[Key]): void
  update<Key extends DataKey<Data>>(
    key: Key,
    fn: (current: Data[Key]) => Data[Key],
    defaultValue: Data[Key],
  ): void
  update(key: string, fn: (current: never) => unknown, defaultValue: unknown = null): void {
    if (typeof fn !== 'function') throw new TypeError('update needs a function')
    this.#changing().data.update(named(key), fn as (current: unknown) => unknown, defaultValue)
  }

  /** A copy of all data. */
  getData(): Partial<Data> {
    return this.#state.data.copy() as Partial<Data>
  }

  /** With a value, stores it for the next request only; else what the previous one flashed, or `false`. */
  flash(key: string, value: unknown): void
  flash(key: string): unknown
  flash(key: string, ...value: [unknown?]): unknown {
    if (value.length > 0) return this.#changing().flash.put(named(key), value[0])
    const flashed = this.#state.flash.get(named(key))
    return flashed === undefined ? false : flashed
  }

  /** Whether the previous request flashed the key. */
  hasFlash(key: string): boolean {
    return this.#state.flash.has(named(key))
  }

  /** Removes what the previous request flashed under the key. */
  removeFlash(key: string): void {
    this.#changing().flash.remove(named(key))
  }

  /** Flashes again what the previous request flashed: all of it, or these keys. A new flash of the same key wins. */
  reflash(keys?: readonly string[]): void {
    this.#changing().flash.reflash(keys)
  }

  /** Makes a one-time token of 43 characters, for a form. The newest 20 of a session are valid. */
  generateToken(): string {
    const { token, tokenHash } = createToken()
    this.#changing().changes.addToken(tokenHash)
    return token
  }

  /**
   * Spends a one-time token: true for one caller in the world, and then it is spent for good. False
   * for anything else, whatever it is.
   * @throws {SessionError} `ERR_SESSION_STORE` or `ERR_SESSION_STORE_TIMEOUT` when the store fails,
   * `ERR_SESSION_CONFLICT` when other writers are faster all the time.
   */
  async validateToken(token: unknown): Promise<boolean> {
    const state = this.#state
    const tokenHash = hashToken(token)
    if (tokenHash === undefined || state.isDestroyed || state.isLost) return false
    if (this.#changing().changes.withdrawToken(tokenHash)) return !state.circumstances.isDetached
    if (state.changes.isCleared || state.changes.isRotated) return false
    if (!state.contents.tokens.includes(tokenHash)) return false
    return this.#services.spendToken(state, tokenHash)
  }

  /**
   * A token for the forms of this session that can be used many times, other at each call, until the
   * id changes. A new session is stored for it.
   */
  csrfToken(): string {
    if (this.isNew) this.#changing().isKept = true
    return this.#services.csrf.create(this.#state.id)
  }

  /** Whether `csrfToken()` of this session made the token. Never throws. */
  verifyCsrfToken(token: unknown): boolean {
    return this.#services.csrf.verify(this.#state.id, token)
  }

  /** The id, 64 characters: whoever has it has the session. Never log it; `key` is there for that. */
  getId(): string {
    return this.#state.id.text
  }

  /**
   * Gives the session a new id and returns it. The old one is dead as soon as the commit succeeds,
   * and so are all tokens. With `true` it goes on under a new key with the data and the user, and the
   * old record stays as it was, under the old id.
   */
  regenerateId(keepOld = false): string {
    this.#changing().regenerateId(keepOld)
    return this.getId()
  }

  /**
   * Ties the session to a user, for listing and revoking, and regenerates its id: call it at login.
   * Over another user it drops all data first.
   */
  bindUser(userId: string): void {
    if (typeof userId !== 'string' || userId === '' || !userId.isWellFormed()) {
      throw new TypeError('bindUser needs the id of a user: a well-formed string that is not empty')
    }
    const state = this.#changing()
    if (state.userId !== undefined && state.userId !== userId) state.clear()
    state.changes.setUser(userId)
    state.regenerateId(false)
  }

  /** Unties the session from its user and regenerates its id. */
  unbindUser(): void {
    const state = this.#changing()
    state.changes.setUser(undefined)
    state.regenerateId(false)
  }

  /** Removes data, flash values, tokens and the user, also what other requests put meanwhile. The session goes on. */
  clear(): void {
    this.#changing().clear()
  }

  /** Ends the session: the commit deletes it and clears the cookie. */
  destroy(): void {
    if (this.#state.isDestroyed) return
    const state = this.#changing()
    state.clear()
    state.isDestroyed = true
  }

  /** Shows the key alone, so that no id gets into a log. */
  toJSON(): { key: string } {
    return { key: this.key }
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `Session { key: '${this.key}' }`
  }

  #changing(): SessionState {
    const state = this.#state
    const { isEnded, isDestroyed, isCommitting } = state
    if (!isEnded && !isDestroyed && !isCommitting) return state
    let reason = 'a commit is under way: await it'
    if (isEnded) reason = 'its response has begun: change it before'
    if (isDestroyed) reason = 'it was destroyed: to go on, use clear() and regenerateId() instead'
    throw new SessionError('ERR_SESSION_ENDED', `The session cannot be changed, because ${reason}.`)
  }
}

function named(key: string): string {
  if (typeof key !== 'string') throw new TypeError('The key of a session value must be a string')
  return key
}
