import type { CsrfSubject } from '../cookie/csrf-tokens.ts'
import { createSessionId, type SessionId } from '../cookie/session-id.ts'
import { newContents, type SessionContents } from '../record/session-contents.ts'
import type { SessionRecord } from '../record/session-record.ts'
import { SessionError } from '../session-error.ts'
import type { RejectionReason } from '../session-events.ts'
import type { ValueText } from '../values/value-text.ts'
import { FlashBag } from './flash-bag.ts'
import { Journal, type Login } from './journal.ts'
import { createToken } from './one-time-token.ts'
import type { RequestFacts } from './request-facts.ts'
import { SessionData } from './session-data.ts'

/** The record of a session whose id was replaced a moment ago, and the old id that a request came with. */
export interface LateArrival {
  readonly record: SessionRecord
  readonly id: SessionId
}

/** What was found while loading. */
export interface LoadedSession {
  readonly id: SessionId
  /** The record that the id opens; without it the session is new. */
  readonly record: SessionRecord | undefined
  readonly late: LateArrival | undefined
  /** Why the cookie of the request gave no session. */
  readonly rejection: RejectionReason | undefined
  /** In seconds since 1970. */
  readonly loadedAt: number
  /** What the request is; absent outside a request. */
  readonly request: RequestFacts | undefined
  /** Whether the request had a cookie of ours, good or bad. */
  readonly hadCookie: boolean
  /** Whether the next commit has to write even if nothing changed. */
  readonly isWriteDue: boolean
  /** Whether its cookie was signed by a secret that is being phased out. */
  readonly isCookieOutdated: boolean
}

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
  wasOvertaken = false
  /** Whether a commit found that the record was deleted or timed out. */
  isGone = false
  isWriteDue: boolean
  isCookieOutdated: boolean
  readonly rejection: RejectionReason | undefined
  readonly hadCookie: boolean
  readonly journal: Journal
  readonly data: SessionData
  readonly flash: FlashBag
  /** The keys of all records that this session has or may have. */
  readonly keys = new Set<string>()
  /** The records that the next commit ends, by their keys: as they were read, where they were. */
  readonly endings = new Map<string, SessionRecord | undefined>()
  cookieDue: CookieDue
  isDestroyed = false
  isEnded = false
  isCommitting = false
  readonly #loadedAt: number
  /** The contents of a session that has no record. */
  #initial: SessionContents
  /** Settles when all work that was given to `inTurn` is done. */
  #turns: Promise<void> | undefined

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
    this.#initial = loaded.record?.contents ?? newContents(loaded.id.secretHash, loaded.loadedAt)
    if (loaded.record) this.keys.add(loaded.id.key)
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
    return this.late !== undefined || this.wasOvertaken
  }

  /** What a CSRF token is made for: the id that the request came with, or the new one that it asked for. */
  get csrfSubject(): CsrfSubject {
    return this.late && !this.journal.isRotated ? this.late.id : this.id
  }

  /** What CSRF tokens are accepted for: any live id, and in a late request the one it came with. */
  get csrfSubjects(): readonly CsrfSubject[] {
    const live = this.record?.contents.live ?? []
    const { key } = this.record ?? this.id
    return [this.csrfSubject, ...live.map((secretHash) => ({ key, secretHash }))]
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
    this.#initial = newContents(this.id.secretHash, this.#loadedAt)
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
    this.journal.rotate(this.id.secretHash)
  }

  /** Ties the session to a user. Over another user it begins a new one. */
  bindUser(login: Login): void {
    if (this.userId !== undefined && this.userId !== login.userId) this.clear()
    this.journal.bindUser(login)
    this.regenerateId(false)
  }

  /** Takes another id for the one that was asked for; tokens that were made since then stay. */
  useNewId(key?: string): void {
    this.id = createSessionId(key)
    this.journal.rotateTo(this.id.secretHash)
  }

  /**
   * Begins a session under a new key that holds only what this request changed, and what `kept` has of
   * data and flash values.
   *
   * @returns whether changes in place of values that are not there any more were dropped.
   */
  startAnew(kept?: SessionContents): boolean {
    this.id = createSessionId()
    if (this.journal.isRotated) this.journal.rotateTo(this.id.secretHash)
    this.held = this.id
    const initial = newContents(this.id.secretHash, this.#loadedAt)
    this.#initial = kept ? { ...initial, data: kept.data, flash: kept.flash } : initial
    this.#forgetRecord()
    return !kept && this.data.dropInPlaceChanges()
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
    this.wasOvertaken = false
    this.isCookieOutdated = false
    this.keys.add(record.key)
    this.advance(record)
  }

  /** Notes what the next commit has to end, and drops all changes. Whether there is anything to end. */
  #end(): boolean {
    for (const key of this.keys) {
      this.endings.set(key, this.record?.key === key ? this.record : undefined)
    }
    if (this.late) this.endings.set(this.late.record.key, this.late.record)
    this.journal.reset()
    this.data.forgetHandedOut()
    this.flash.clear()
    return this.endings.size > 0
  }

  #forgetRecord(): void {
    this.record = undefined
    this.late = undefined
    this.wasOvertaken = false
    this.isGone = false
    this.isWriteDue = false
    this.isCookieOutdated = false
    this.keys.clear()
  }

  /** Whether nothing of this session is running in `inTurn`. */
  get isIdle(): boolean {
    return this.#turns === undefined
  }

  /** Runs what does I/O for this session one after the other. */
  async inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#turns ? this.#turns.then(work) : work()
    const done = () => {
      if (this.#turns === turns) this.#turns = undefined
    }
    const turns = turn.then(done, done)
    this.#turns = turns
    return turn
  }
}
