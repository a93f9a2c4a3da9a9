import { createSessionId, type SessionId } from '../cookie/session-id.ts'
import { newContents, type SessionContents } from '../record/session-contents.ts'
import type { SessionRecord } from '../record/session-record.ts'
import { SessionError } from '../session-error.ts'
import type { ValueText } from '../values/value-text.ts'
import { FlashBag } from './flash-bag.ts'
import { Journal } from './journal.ts'
import { createToken } from './one-time-token.ts'
import { SessionData } from './session-data.ts'

/**
 * How a request stands to the record that its cookie names:
 * - `attached`: it has the record's secret, or it has no record yet;
 * - `detached`: another request replaced its id a moment ago, so nothing of it is stored, but for a login;
 * - `lost`: while it ran, the record was deleted, timed out, or got another id.
 */
export type Attachment = 'attached' | 'detached' | 'lost'

/** Facts found while loading that the commit needs. */
export interface LoadFacts {
  /** Whether the visitor does not see the response, so that flash values outlive it. */
  readonly isBackground: boolean
  /** Whether the request had a cookie of ours, good or bad. */
  readonly hadCookie: boolean
  /** Whether the next commit has to write even if nothing changed. */
  readonly isWriteDue: boolean
  /** Whether its cookie was signed by a secret that is being phased out. */
  readonly isCookieOutdated: boolean
  readonly attachment: Attachment
}

/** One visitor's session during one request: what was loaded, what changes, and how far its commit is. */
export class SessionState {
  id: SessionId
  /** What is stored, as far as this request knows; `undefined` for a new session. */
  record: SessionRecord | undefined
  attachment: Attachment
  isWriteDue: boolean
  isCookieOutdated: boolean
  readonly isBackground: boolean
  readonly hadCookie: boolean
  readonly journal: Journal
  readonly data: SessionData
  readonly flash: FlashBag
  /** The keys of all records that this session has or may have: what a destroy deletes. */
  readonly keys = new Set<string>()
  /** Whether a new session is stored though nothing is in it. */
  isKept = false
  isDestroyed = false
  isEnded = false
  isCommitting = false
  /** The contents of a session that has no record. */
  #initial: SessionContents
  /** Settles when all work that was given to `inTurn` is done. */
  #turns: Promise<void> | undefined

  constructor(
    id: SessionId,
    start: SessionRecord | SessionContents,
    facts: LoadFacts,
    values: ValueText,
  ) {
    this.id = id
    this.record = 'version' in start ? start : undefined
    this.#initial = 'version' in start ? start.contents : start
    this.attachment = facts.attachment
    this.isWriteDue = facts.isWriteDue
    this.isCookieOutdated = facts.isCookieOutdated
    this.isBackground = facts.isBackground
    this.hadCookie = facts.hadCookie
    if (this.record) this.keys.add(id.key)
    this.journal = new Journal(values)
    this.data = new SessionData(values, this.journal, this)
    this.flash = new FlashBag(values, this.journal, this.#initial.flash)
  }

  /** The contents that the journal is applied to. */
  get contents(): SessionContents {
    return this.record?.contents ?? this.#initial
  }

  get userId(): string | undefined {
    return this.journal.userId(this.contents.userId)
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
      reason = 'it was destroyed: to go on, use clear() and regenerateId() instead'
    throw new SessionError('ERR_SESSION_ENDED', `The session cannot be changed, because ${reason}.`)
  }

  generateToken(): string {
    const { token, tokenHash } = createToken()
    this.journal.addToken(tokenHash)
    return token
  }

  destroy(): void {
    this.clear()
    this.isDestroyed = true
  }

  clear(): void {
    this.journal.clear()
    this.data.forgetHandedOut()
    this.flash.clear()
  }

  regenerateId(underNewKey: boolean): void {
    this.id = createSessionId(underNewKey ? undefined : this.id.key)
    this.journal.rotate(this.id.secretHash)
  }

  /** Ties the session to a user. Over another user it drops all data first. */
  bindUser(userId: string): void {
    if (typeof userId !== 'string' || userId === '' || !userId.isWellFormed()) {
      throw new TypeError('bindUser needs the id of a user: a well-formed string that is not empty')
    }
    if (this.userId !== undefined && this.userId !== userId) this.clear()
    this.journal.setUser(userId)
    this.regenerateId(false)
  }

  unbindUser(): void {
    this.journal.setUser(undefined)
    this.regenerateId(false)
  }

  /** Begins a session of its own that holds only what this request put. */
  startAnew(now: number): void {
    this.id = createSessionId()
    this.#initial = newContents(this.id.secretHash, now)
    this.record = undefined
    this.attachment = 'attached'
    this.keys.clear()
    this.data.forgetHandedOut()
  }

  /** Takes a newer record as base; pending changes stay pending. */
  advance(record: SessionRecord): void {
    this.record = record
    this.isWriteDue = this.isCookieOutdated
  }

  /** After a commit: takes the written record as base and forgets the changes. */
  settle(record: SessionRecord): void {
    this.journal.reset()
    this.isCookieOutdated = false
    this.attachment = 'attached'
    this.advance(record)
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
