import { createSessionId, type SessionId } from '../cookie/session-id.ts'
import { newContents, type SessionContents } from '../record/session-contents.ts'
import type { ValueText } from '../values/value-text.ts'
import { FlashBag } from './flash-bag.ts'
import { Changes } from './journal.ts'
import { SessionData } from './session-data.ts'

/** Contents as they lie in the store. */
export interface SessionRecord {
  readonly key: string
  readonly version: string
  readonly contents: SessionContents
}

/** What a request brought that matters at its commit. */
export interface LoadCircumstances {
  /** Whether it is one that the visitor does not see, so that flash values outlive it. */
  readonly isBackground: boolean
  /** Whether it had a cookie of ours, good or bad. */
  readonly hadCookie: boolean
  /** Whether the next commit has to write even if nothing changed. */
  readonly isWriteDue: boolean
  /** Whether its cookie was signed by a secret that is being phased out. */
  readonly isCookieOutdated: boolean
  /** Whether its id was replaced by another request a moment ago: then nothing of it is stored. */
  readonly isDetached: boolean
}

/** One visitor's session during one request: what was loaded, what is wanted, how far it has come. */
export class SessionState {
  id: SessionId
  /** What is stored, as far as this request knows; `undefined` for a new session. */
  record: SessionRecord | undefined
  circumstances: LoadCircumstances
  readonly changes: Changes
  readonly data: SessionData
  readonly flash: FlashBag
  /** The keys of all records that this session has or may have: what a destroy deletes. */
  readonly keys = new Set<string>()
  /** Whether the session goes on under a new key, the record staying behind under the old one. */
  isForked = false
  /** Whether a new session is stored though nothing is in it. */
  isKept = false
  isDestroyed = false
  isLost = false
  isEnded = false
  isCommitting = false
  #initial: SessionContents
  #tail: Promise<unknown> = Promise.resolve()
  #pending = 0

  constructor(
    id: SessionId,
    start: SessionContents | SessionRecord,
    circumstances: LoadCircumstances,
    values: ValueText,
  ) {
    this.id = id
    this.record = 'version' in start ? start : undefined
    this.#initial = 'version' in start ? start.contents : start
    this.circumstances = circumstances
    if (this.record) this.keys.add(id.key)
    this.changes = new Changes(values)
    this.data = new SessionData(values, this.changes, this.#initial.data)
    this.flash = new FlashBag(values, this.changes, this.#initial.flash)
  }

  /** The contents that the changes are applied to. */
  get contents(): SessionContents {
    return this.record?.contents ?? this.#initial
  }

  get userId(): string | undefined {
    return this.changes.userId(this.contents.userId)
  }

  clear(): void {
    this.changes.clear()
    this.data.forgetHandedOut()
    this.flash.clear()
  }

  regenerateId(underNewKey: boolean): void {
    if (underNewKey && this.record) this.isForked = true
    this.id = createSessionId(underNewKey ? undefined : this.id.key)
    this.changes.rotate(this.id.secretHash)
  }

  /** Begins a session of its own, holding only what this request put. */
  startAnew(now: number): void {
    this.id = createSessionId()
    this.#initial = newContents(this.id.secretHash, now)
    this.record = undefined
    this.isLost = false
    this.keys.clear()
    this.data.forgetHandedOut()
    this.data.rebase(this.#initial.data)
  }

  /** Goes on from what is stored now. The changes are still to come. */
  advance(record: SessionRecord): void {
    this.record = record
    this.data.rebase(record.contents.data)
    const { isCookieOutdated } = this.circumstances
    this.circumstances = { ...this.circumstances, isWriteDue: isCookieOutdated }
  }

  /** Goes on from what is stored now, which the changes are part of. */
  settle(record: SessionRecord): void {
    this.changes.reset()
    this.isForked = false
    this.circumstances = { ...this.circumstances, isCookieOutdated: false, isDetached: false }
    this.advance(record)
  }

  get isIdle(): boolean {
    return this.#pending === 0
  }

  /** Runs what does I/O for this session one at a time. */
  async inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.isIdle ? work() : this.#tail.then(work)
    this.#pending += 1
    const done = () => {
      this.#pending -= 1
    }
    this.#tail = turn.then(done, done)
    return turn
  }
}
