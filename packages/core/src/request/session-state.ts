import type { CsrfSubject } from '../cookie/csrf-tokens.ts'
import { createSessionId, type SessionId } from '../cookie/session-id.ts'
import { newContents, type SessionContents } from '../record/session-contents.ts'
import type { SessionRecord } from '../record/session-record.ts'
import { SessionError } from '../session-error.ts'
import type { RejectionReason } from '../session-events.ts'
import type { ValueText } from '../values/value-text.ts'
import { FlashBag } from './flash-bag.ts'
import { Journal, type Login } from './journal.ts'
import { KnownRecords } from './known-records.ts'
import type { LateArrival, LoadedSession, OtherRecord } from './loaded-session.ts'
import { createToken } from './one-time-token.ts'
import { SessionData } from './session-data.ts'
import { Turns } from './turns.ts'

/** What a commit owes the browser until `end` hands it out: a cookie with this id, or none any more. */
export type CookieDue = SessionId | 'clear' | undefined

/** One visitor's session during one request: what was loaded, what changes, and how far its commit is. */
export class SessionState {
  id: SessionId
  /** The id whose secret opens the record. It differs from `id` from a change of id to its commit. */
  held: SessionId
  /** What is stored, as far as this request knows; `undefined` for a new session. */
  record: SessionRecord | undefined
  late: LateArrival | undefined
  /** Whether a commit found that another request replaced the id that the session was loaded by. */
  wasSuperseded = false
  /** Whether a commit found that the record was deleted or timed out. */
  isGone = false
  isWriteDue: boolean
  isCookieOutdated: boolean
  readonly rejection: RejectionReason | undefined
  readonly hadCookie: boolean
  readonly journal: Journal
  readonly data: SessionData
  readonly flash: FlashBag
  readonly records: KnownRecords
  cookieDue: CookieDue
  isDestroyed = false
  isEnded = false
  isCommitting = false
  readonly turns = new Turns()
  readonly #loadedAt: number
  readonly #others: readonly OtherRecord[]
  /** The contents of a session that has no record. */
  #initial: SessionContents
  /** The hashes of new secrets whose commit failed: they may be stored. */
  #triedHashes: readonly string[] = []

  constructor(loaded: LoadedSession, values: ValueText) {
    this.id = loaded.id
    this.held = loaded.id
    this.record = loaded.record
    this.late = loaded.late
    this.rejection = loaded.rejection
    this.isWriteDue = loaded.isWriteDue
    this.isCookieOutdated = loaded.isCookieOutdated
    this.hadCookie = loaded.hadCookie
    this.#loadedAt = loaded.loadedAt
    this.#others = loaded.others
    this.#initial = loaded.record?.contents ?? newContents(loaded.loadedAt)
    this.records = new KnownRecords(loaded)
    this.journal = new Journal(values)
    this.data = new SessionData(values, this.journal.data, this)
    this.flash = new FlashBag(values, this.journal, this.#initial.flash, loaded.request)
  }

  /** The contents that the journal is applied to. */
  get contents(): SessionContents {
    return this.record?.contents ?? this.#initial
  }

  get userId(): string | undefined {
    return (this.journal.login ?? this.contents).userId
  }

  /** In seconds since 1970. */
  get authenticatedAt(): number | undefined {
    return (this.journal.login ?? this.contents).authenticatedAt
  }

  /** Whether another request replaced the id that this one came with. */
  get isSuperseded(): boolean {
    return this.late !== undefined || this.wasSuperseded
  }

  /** The hash of the secret that the request came with, or of the new one that it stored since. */
  get presentedHash(): string {
    return (this.late?.id ?? this.held).secretHash
  }

  /** Whether one of these secrets is the request's: then it may write over the record that they open. */
  holdsOneOf(live: readonly string[]): boolean {
    return live.some((it) => it === this.held.secretHash || this.#triedHashes.includes(it))
  }

  /** The hash of the new secret. Found in a record it proves the write, unless it was tried before. */
  get untriedHash(): string | undefined {
    const { secretHash } = this.id
    return this.#triedHashes.includes(secretHash) ? undefined : secretHash
  }

  /** Notes that a commit failed, which may have stored the new secret all the same. */
  noteFailure(): void {
    if (this.journal.isRotated) this.#triedHashes = [...this.#triedHashes, this.id.secretHash]
  }

  /** What a CSRF token is made for: the id that the request came with, or the new one that it asked for. */
  get csrfSubject(): CsrfSubject {
    return this.late && !this.journal.isRotated ? this.late.id : this.id
  }

  /** What CSRF tokens are accepted for: any live id, and in a late request the one it came with. */
  get csrfSubjects(): readonly CsrfSubject[] {
    const live = this.record?.contents.live ?? []
    const { key } = this.record ?? this.id
    const presented = this.late ? [this.late.id] : []
    return [this.csrfSubject, ...presented, ...live.map((secretHash) => ({ key, secretHash }))]
  }

  /** Whether the session goes on under a new key, and its record stays behind under the old one. */
  get isForked(): boolean {
    return this.record !== undefined && this.record.key !== this.id.key
  }

  /**
   * The state itself, for a change.
   * @throws {SessionError} `ERR_SESSION_ENDED` while the session cannot be changed.
   */
  changing(): this {
    if (!this.isEnded && !this.isDestroyed && !this.isCommitting) return this
    let reason = 'a commit is under way: await it'
    if (this.isEnded) reason = 'its response has begun: change it before'
    if (this.isDestroyed)
      reason = 'it was destroyed: to go on with a new session, use clear() instead'
    throw new SessionError('ERR_SESSION_ENDED', `The session cannot be changed, because ${reason}.`)
  }

  generateToken(): string {
    const { token, tokenHash } = createToken()
    this.journal.addToken(tokenHash)
    return token
  }

  destroy(): void {
    this.#end()
    this.#forgetRecord()
    this.#initial = newContents(this.#loadedAt)
    this.isDestroyed = true
  }

  /** Ends the session; what comes after it belongs to a new one. */
  clear(): void {
    if (this.#end()) this.startAnew()
  }

  /** Asks for a new id: under the same key, or under one of its own. */
  regenerateId(underNewKey: boolean): void {
    const key = this.late && this.journal.login ? this.late.record.key : this.id.key
    this.id = createSessionId(underNewKey ? undefined : key)
    this.journal.rotate()
  }

  /** Ties the session to a user. Over another user it begins a new one. */
  bindUser(login: Login): void {
    if (this.userId !== undefined && this.userId !== login.userId) this.clear()
    for (const other of this.#others) {
      if (endsWithLogin(other, login)) this.records.end(other.key)
    }
    this.journal.bindUser(login)
    this.regenerateId(false)
  }

  /**
   * Begins a session under a new key that holds only what this request changed, and what `kept` has of
   * data and flash values.
   *
   * @returns whether changes in place of values that are not there any more were dropped.
   */
  startAnew(kept?: SessionContents): boolean {
    this.id = createSessionId()
    this.held = this.id
    const initial = newContents(this.#loadedAt)
    this.#initial = kept ? { ...initial, data: kept.data, flash: kept.flash } : initial
    this.#forgetRecord()
    return !kept && this.data.dropInPlaceChanges()
  }

  /** The contents with the changes of the request: the same object where they change nothing. */
  applied(contents: SessionContents, now: number): SessionContents {
    return this.journal.apply(contents, now, this.id.secretHash)
  }

  /** Notes that another request replaced the id. A cookie with it is of no use. */
  noteSuperseded(): void {
    this.wasSuperseded = true
    if (this.cookieDue !== 'clear') this.cookieDue = undefined
  }

  /** Takes a newer record as base; pending changes stay pending. */
  advance(record: SessionRecord): void {
    this.record = record
    this.data.bringUp()
    this.isWriteDue = this.isCookieOutdated
  }

  /** After a commit: takes the written record as base and forgets the changes. */
  settle(record: SessionRecord): void {
    this.journal.reset()
    this.held = this.id
    this.late = undefined
    this.wasSuperseded = false
    this.isCookieOutdated = false
    this.#triedHashes = []
    this.records.add(record.key, record)
    this.advance(record)
  }

  /** Notes what the next commit has to end, and drops all changes. Whether there is anything to end. */
  #end(): boolean {
    if (this.record) this.records.add(this.record.key, this.record)
    this.records.endAll()
    this.journal.reset()
    this.data.forgetHandedOut()
    this.flash.clear()
    return this.records.endings.size > 0
  }

  #forgetRecord(): void {
    this.record = undefined
    this.late = undefined
    this.wasSuperseded = false
    this.isGone = false
    this.isWriteDue = false
    this.isCookieOutdated = false
    this.#triedHashes = []
  }
}

/** Whether another user has the session, so that the browser would not know which of the two to open. */
function endsWithLogin({ record, isLive }: OtherRecord, login: Login): boolean {
  if (record?.contents.userId === undefined || record.contents.userId === login.userId) return false
  return isLive || record.contents.live.length === 0 // None is live where its end died midway.
}
