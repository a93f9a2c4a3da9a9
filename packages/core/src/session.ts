import { authenticationTime, type BindUserOptions } from './request/bind-user-options.ts'
import { hashToken } from './request/one-time-token.ts'
import { refuseAssignment } from './request/refuse-assignment.ts'
import type { SessionServices } from './request/session-services.ts'
import type { SessionState } from './request/session-state.ts'
import type { RejectionReason } from './session-events.ts'

/** The names under which a session with these data keeps values. */
export type DataKey<Data extends object> = keyof Data & string

/** A session whatever its data: the type for code that works with the sessions of any application. */
// biome-ignore lint/suspicious/noExplicitAny: nothing else is assignable from and to all data.
export type AnySession = Session<any, any>

/** Makes a session: for the manager alone. @internal */
export let createSession: (state: SessionState, services: SessionServices) => AnySession

/** The state behind a session: for the manager alone. @internal */
export let stateOf: (session: AnySession) => SessionState

/**
 * One visitor's session during one request. All but {@link Session.validateToken} is in memory and
 * synchronous: it records changes, which the commit before the response stores.
 *
 * Methods that change the session throw a `SessionError` `ERR_SESSION_ENDED` after `destroy()`,
 * during a commit, and once the response has begun. They throw `ERR_SESSION_VALUE` for a value that
 * cannot be kept exactly. Methods that read a value throw it when the stored text cannot be read.
 */
export class Session<
  Data extends object = Record<string, unknown>,
  Flash extends object = Record<string, unknown>,
> {
  readonly #state: SessionState
  readonly #services: SessionServices

  static {
    createSession = (state, services) => new Session(state, services)
    stateOf = (session) => session.#state
    refuseAssignment(Session.prototype)
  }

  // Private, so that the published types show no way to make a session but `SessionManager.load`.
  private constructor(state: SessionState, services: SessionServices) {
    this.#state = state
    this.#services = services
  }

  /** The public name of the session, 32 hex digits: safe in logs, listings and URLs. */
  get key(): string {
    return this.#state.id.key
  }

  /**
   * Whether another request replaced the id that this one came with: less than 30 seconds before it
   * came, and then it sees an empty session; or while it ran, as a commit or `validateToken` found.
   * Its changes are refused with `ERR_SESSION_SUPERSEDED`; `destroy()`, `clear()` and `bindUser()` work.
   */
  get isSuperseded(): boolean {
    return this.#state.isSuperseded
  }

  /** Why the cookie of the request gave no session; `undefined` where it gave one, or there was none. */
  get ending(): RejectionReason | undefined {
    return this.#state.rejection
  }

  /** Whether it is not stored yet. */
  get isNew(): boolean {
    return this.#state.record === undefined
  }

  /** Whether `destroy()` was called. */
  get isDestroyed(): boolean {
    return this.#state.isDestroyed
  }

  /** When the session was first stored. A new id does not change it, also not one by `bindUser`. */
  get createdAt(): Date {
    return new Date(this.#state.contents.createdAt * 1_000)
  }

  /** When it ends unless it is used before. A use within `renewInterval` of the last write does not move it. */
  get expiresAt(): Date {
    return new Date(this.#services.expiresAt(this.#state) * 1_000)
  }

  /** The user whom `bindUser` tied the session to. */
  get userId(): string | undefined {
    return this.#state.userId
  }

  /** When that user last proved who he is, as `bindUser` was told; `undefined` where he did not. */
  get authenticatedAt(): Date | undefined {
    const { authenticatedAt } = this.#state
    return authenticatedAt === undefined ? undefined : new Date(authenticatedAt * 1_000)
  }

  /**
   * Stores a value as it is now; later changes of the object passed in do not count. It replaces what
   * another request puts meanwhile (event `overwritten`), unless it is the object that `get` gave:
   * then what was changed in it is stored, as described there.
   */
  put<Key extends DataKey<Data>>(key: Key, value: Data[Key]): void {
    this.#state.changing().data.put(named(key), value)
  }

  /**
   * The value of a key, else a copy of the default, else `null`. Changes in place are saved, also of the
   * copy, and merged with those of other requests. Where they do not fit together, the commit throws
   * `ERR_SESSION_CONFLICT`. A default that cannot be stored is given as it is, and no change of it saved.
   */
  get<Key extends DataKey<Data>>(key: Key): Data[Key] | null
  get<Key extends DataKey<Data>>(key: Key, defaultValue: Data[Key]): Data[Key]
  get(key: string, defaultValue: unknown = null): unknown {
    return this.#state.data.get(named(key), defaultValue)
  }

  /** Whether the key has a value. */
  has(key: DataKey<Data>): boolean {
    return this.#state.data.has(named(key))
  }

  /** Removes a key; one that is not there is no error. */
  remove(key: DataKey<Data>): void {
    this.#state.changing().data.remove(named(key))
  }

  /** Stores a value and returns the one before it, else the default, else `null`. */
  getAndPut<Key extends DataKey<Data>>(key: Key, value: Data[Key]): Data[Key] | null
  getAndPut<Key extends DataKey<Data>>(
    key: Key,
    value: Data[Key],
    defaultValue: Data[Key],
  ): Data[Key]
  getAndPut(key: DataKey<Data>, value: Data[DataKey<Data>], defaultValue: unknown = null): unknown {
    const before = this.#state.data.get(named(key), defaultValue)
    this.put(key, value)
    return before
  }

  /** Removes a key and returns its value, else the default, else `null`. */
  getAndRemove<Key extends DataKey<Data>>(key: Key): Data[Key] | null
  getAndRemove<Key extends DataKey<Data>>(key: Key, defaultValue: Data[Key]): Data[Key]
  getAndRemove(key: DataKey<Data>, defaultValue: unknown = null): unknown {
    const before = this.#state.data.get(named(key), defaultValue)
    this.remove(key)
    return before
  }

  /**
   * Puts `fn(current)`, where `current` is the value, else the default, else `null`. `fn` has to be
   * pure: it runs again on fresh data when another request was faster, so no increment is lost. The
   * object that `get` gave gets what `fn` made of it.
   */
  update<Key extends DataKey<Data>>(key: Key, fn: (current: Data[Key] | null) => Data[Key]): void
  update<Key extends DataKey<Data>>(
    key: Key,
    fn: (current: Data[Key]) => Data[Key],
    defaultValue: Data[Key],
  ): void
  update(key: string, fn: (current: never) => unknown, defaultValue: unknown = null): void {
    if (typeof fn !== 'function') throw new TypeError('update needs a function')
    this.#state
      .changing()
      .data.update(named(key), fn as (current: unknown) => unknown, defaultValue)
  }

  /** A copy of all data. */
  getData(): Partial<Data> {
    return this.#state.data.copy() as Partial<Data>
  }

  /** With a value, stores it for the next page only; else what the request before flashed, or `false`. */
  flash<Key extends DataKey<Flash>>(key: Key, value: Flash[Key]): void
  flash<Key extends DataKey<Flash>>(key: Key): Flash[Key] | false
  flash(key: string, ...value: [unknown?]): unknown {
    if (value.length > 0) return this.#state.changing().flash.put(named(key), value[0])
    return this.#state.flash.get(named(key), false)
  }

  /** All flash values. Reads them, so call it where they are shown, not in middleware. */
  flashes(): Partial<Flash> {
    return this.#state.flash.all() as Partial<Flash>
  }

  /** Whether the key has a flash value. Does not count as reading it. */
  hasFlash(key: DataKey<Flash>): boolean {
    return this.#state.flash.has(named(key))
  }

  /** Removes the flash value of the key. */
  removeFlash(key: DataKey<Flash>): void {
    this.#state.changing().flash.remove(named(key))
  }

  /** Flashes the flash values again: all of them, or these. A new flash of the same key wins. */
  reflash(keys?: readonly DataKey<Flash>[]): void {
    this.#state.changing().flash.reflash(keys)
  }

  /** Makes a one-time token of 43 characters, for a form. The newest 20 of a session are valid. */
  generateToken(): string {
    return this.#state.changing().generateToken()
  }

  /**
   * Spends a one-time token at once, also when the request fails later. Exactly one of several
   * simultaneous callers gets true. Resolves false for anything else, after `destroy()`, and when
   * another request replaced the id.
   * Always `await` it: a promise is truthy, so without `await` every token would seem valid.
   * @throws {SessionError} `ERR_SESSION_STORE` or `ERR_SESSION_STORE_TIMEOUT` when the store fails,
   * `ERR_SESSION_CONFLICT` when other writers are faster 40 times in a row.
   */
  async validateToken(token: unknown): Promise<boolean> {
    const tokenHash = hashToken(token)
    return tokenHash !== undefined && this.#services.spendToken(this.#state, tokenHash)
  }

  /**
   * A token for the forms of this session. It can be used many times, until the id changes. Each call
   * gives another text. A session that is not stored yet is stored for it.
   */
  csrfToken(): string {
    const state = this.#state
    if (this.isNew && !state.late && !state.isDestroyed) state.changing()
    state.journal.keep()
    return this.#services.csrf.create(state.csrfSubject)
  }

  /** Whether `csrfToken()` of this session made the token. Never throws. */
  verifyCsrfToken(token: unknown): boolean {
    return this.#services.csrf.verify(this.#state.csrfSubjects, token)
  }

  /** The id, 64 characters: a person who has it can use the session. Never log it; log the `key` instead. */
  getId(): string {
    return this.#state.id.text
  }

  /**
   * Gives the session a new id and returns it: call it at every gain of rights. The old one is dead as
   * soon as the commit succeeds, and so are all tokens. With `true` the session goes on as a copy under
   * a new key, with the data and the user, and the old record stays as it was, under the old id. A logout
   * by the old id ends the copy within 30 seconds. A logout by the copy leaves the old record.
   */
  regenerateId(keepOld = false): string {
    this.#state.changing().regenerateId(keepOld)
    return this.getId()
  }

  /**
   * Ties the session to a user and gives it a new id: call it at login, after every factor. The
   * absolute time begins anew. If the session belongs to another user, it is ended as by
   * {@link Session.clear} and a new one begins, so nothing passes from one user to another.
   *
   * When another request logged the same user in less than 30 seconds ago (a double click), the session
   * of that login goes on with the changes of both. When the session ended meanwhile, a new one begins.
   * @throws {TypeError} for a user id that is no well-formed text, and for options that are wrong.
   */
  bindUser(userId: string, options: BindUserOptions = {}): void {
    if (typeof userId !== 'string' || userId === '' || !userId.isWellFormed()) {
      throw new TypeError('bindUser needs the id of a user: a well-formed string that is not empty')
    }
    const authenticatedAt = authenticationTime(options, this.#services.now())
    this.#state.changing().bindUser({ userId, authenticatedAt })
  }

  /**
   * Ends the session, whatever other requests make of it: the commit deletes it. What this request
   * puts or flashes after the call goes into a new session, under a new key. This is the logout that
   * goes on: `session.clear(); session.flash('notice', 'Good bye')`.
   */
  clear(): void {
    this.#state.changing().clear()
  }

  /** Ends the session: the commit deletes it and clears the cookie. */
  destroy(): void {
    if (!this.#state.isDestroyed) this.#state.changing().destroy()
  }

  /** Shows the key alone, so that no id gets into a log. */
  toJSON(): { key: string } {
    return { key: this.key }
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `Session { key: '${this.key}' }`
  }
}

function named(key: string): string {
  if (typeof key !== 'string') throw new TypeError('The key of a session value must be a string')
  return key
}
