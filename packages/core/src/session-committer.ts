import { setTimeout as wait } from 'node:timers/promises'
import type { SessionCookie } from './cookie/session-cookie.ts'
import { isEmpty, type SessionContents } from './record/session-contents.ts'
import type { SessionLifetime } from './record/session-lifetime.ts'
import type { SessionRecord } from './record/session-record.ts'
import type { SessionRecords } from './record/session-records.ts'
import type { SessionState } from './request/session-state.ts'
import { SessionError } from './session-error.ts'
import { publish } from './session-events.ts'

/**
 * How often a commit tries when other writers are faster, and the bounds of the waits between tries,
 * which are exponential with full jitter. Eight writers without a pause on an overloaded machine were
 * seen to need up to 17 tries for one write.
 */
const maxAttempts = 40
const minWaitMs = 5
const maxWaitMs = 500

type Work = () => Promise<string | undefined>

type Rewrite =
  | { readonly outcome: 'written' | 'needless'; readonly record: SessionRecord }
  | { readonly outcome: 'lost'; readonly reason: LossReason }

type LossReason = 'gone' | 'superseded'

/** Stores the changes that requests made to their sessions. */
export class SessionCommitter {
  readonly #cookie: SessionCookie
  readonly #records: SessionRecords
  readonly #lifetime: SessionLifetime
  readonly #onLost: 'ignore' | 'throw'

  constructor(
    cookie: SessionCookie,
    records: SessionRecords,
    lifetime: SessionLifetime,
    onLost: 'ignore' | 'throw',
  ) {
    this.#cookie = cookie
    this.#records = records
    this.#lifetime = lifetime
    this.#onLost = onLost
  }

  /**
   * Stores the changes of a session, resolving the `Set-Cookie` value to send if any: `undefined` at
   * once, not a promise, where there is nothing to do.
   */
  commit(state: SessionState): Promise<string | undefined> | undefined {
    if (!state.isIdle) return state.inTurn(async () => this.#carryOut(state, this.#plan(state)))
    try {
      const work = this.#plan(state)
      return work && state.inTurn(() => this.#carryOut(state, work))
    } catch (error) {
      return Promise.reject(error)
    }
  }

  /** Spends a one-time token at once: exactly one of several simultaneous callers gets true. */
  async spendToken(state: SessionState, tokenHash: string): Promise<boolean> {
    if (state.isDestroyed || state.attachment === 'lost') return false
    const { journal, contents } = state.changing()
    if (journal.withdrawToken(tokenHash)) return state.attachment === 'attached'
    if (journal.isCleared || journal.isRotated || !contents.tokens.includes(tokenHash)) return false
    return state.inTurn(() => this.#spendStoredToken(state, tokenHash))
  }

  async #spendStoredToken(state: SessionState, tokenHash: string): Promise<boolean> {
    if (!state.record) return false
    const result = await this.#rewrite(state.record, (contents) =>
      contents.tokens.includes(tokenHash)
        ? { ...contents, tokens: contents.tokens.filter((it) => it !== tokenHash) }
        : undefined,
    )
    if (result.outcome !== 'written') return false
    state.advance(result.record)
    return true
  }

  #plan(state: SessionState): Work | undefined {
    if (state.attachment !== 'attached' && !state.journal.bindsUser) return undefined
    if (state.isDestroyed) return () => this.#destroy(state)
    state.data.recordInPlaceChanges()
    state.flash.age(state.isBackground)
    const { record } = state
    if (record && state.isForked) return () => this.#fork(state, record)
    const changed = state.journal.apply(state.contents, this.#lifetime.now())
    if (!record) {
      return isEmpty(changed) && !state.isKept ? undefined : () => this.#create(state, changed)
    }
    const isNeeded = changed !== record.contents || state.isWriteDue
    return isNeeded ? () => this.#update(state, record, changed) : undefined
  }

  async #carryOut(state: SessionState, work: Work | undefined): Promise<string | undefined> {
    state.isCommitting = true
    try {
      return await work?.()
    } finally {
      state.isCommitting = false
    }
  }

  async #destroy(state: SessionState): Promise<string | undefined> {
    for (const key of state.keys) {
      await this.#records.delete(key)
      publish('destroyed', { key })
      state.keys.delete(key)
    }
    return state.record || state.hadCookie ? this.#cookie.clear() : undefined
  }

  async #create(state: SessionState, contents: SessionContents): Promise<string> {
    const { key, secretHash } = state.id
    const previousKey = state.record?.key
    state.keys.add(key)
    const { isWritten, record } = await this.#records.create(key, {
      ...contents,
      secretHash,
      renewedAt: this.#lifetime.now(),
    })
    if (!isWritten) {
      // The client may have sent the create twice because the first reply was lost. If the stored
      // version is ours, the first one succeeded.
      const found = await this.#records.read(key)
      if (typeof found === 'string' || found.version !== record.version) {
        throw conflict(key, 'its key is in use, or the new record was deleted at once')
      }
    }
    state.settle(record)
    if (previousKey === undefined) publish('created', { key })
    else publish('regenerated', { key, previousKey })
    return this.#cookie.give(state.id)
  }

  async #update(
    state: SessionState,
    loaded: SessionRecord,
    changed: SessionContents,
  ): Promise<string | undefined> {
    const { isRotated } = state.journal
    const result = await this.#rewrite(loaded, (contents) => {
      if (contents === loaded.contents) return changed
      const next = state.journal.apply(contents, this.#lifetime.now())
      return next === contents ? undefined : next
    })
    if (result.outcome === 'lost') return this.#lose(state, result.reason)
    const { key } = loaded
    const { isCookieOutdated } = state
    state.settle(result.record)
    if (result.outcome === 'needless') return undefined
    publish('committed', { key })
    if (isRotated) publish('regenerated', { key, previousKey: key })
    const isCookieDue = isRotated || isCookieOutdated || this.#cookie.hasMaxAge
    return isCookieDue ? this.#cookie.give(state.id) : undefined
  }

  /** Goes on under a new key with what the old record holds now. The old record is not written. */
  async #fork(state: SessionState, loaded: SessionRecord): Promise<string | undefined> {
    const current = await this.#reread(loaded)
    if (typeof current === 'string') return this.#lose(state, current)
    return this.#create(state, state.journal.apply(current.contents, this.#lifetime.now()))
  }

  /**
   * Drops the changes. Exception: a login that finds its id replaced. Its response says "you are
   * signed in", so the user gets a new session.
   */
  async #lose(state: SessionState, reason: LossReason): Promise<string | undefined> {
    const key = state.record?.key ?? state.id.key
    publish('lost', { key })
    if (reason === 'superseded' && state.journal.bindsUser) {
      state.startAnew(this.#lifetime.now())
      return this.#create(state, state.journal.apply(state.contents, this.#lifetime.now()))
    }
    state.attachment = 'lost'
    if (this.#onLost === 'ignore') return undefined
    throw new SessionError(
      'ERR_SESSION_LOST',
      `Session ${key} was ended or changed its id while this request was under way: its changes were dropped.`,
    )
  }

  /**
   * Replaces a record by what `change` makes of its contents, and of fresher ones for as long as
   * other writers are faster. `change` gives `undefined` where nothing is to be written.
   */
  async #rewrite(
    loaded: SessionRecord,
    change: (contents: SessionContents) => SessionContents | undefined,
  ): Promise<Rewrite> {
    let record = loaded
    for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
      const next = change(record.contents)
      if (!next) return { outcome: 'needless', record }
      const written = await this.#tryUpdate(record, next)
      if (written?.isWritten) return { outcome: 'written', record: written.record }
      if (attempt > 1) await wait(Math.random() * Math.min(maxWaitMs, minWaitMs * 2 ** attempt))
      const current = await this.#reread(loaded, written?.record)
      if (typeof current === 'string') return { outcome: 'lost', reason: current }
      if (current.version === written?.record.version) {
        return { outcome: 'written', record: written.record }
      }
      publish('conflict', { key: loaded.key, attempt })
      record = current
    }
    throw conflict(loaded.key, `other requests changed it first, ${maxAttempts} times in a row`)
  }

  /** `undefined` where the record is over: then another request may have renewed it meanwhile. */
  async #tryUpdate(record: SessionRecord, contents: SessionContents) {
    if (this.#lifetime.isOver(record.contents)) return undefined
    const renewed = { ...contents, renewedAt: this.#lifetime.now() }
    return this.#records.update(record.key, record.version, renewed)
  }

  /** What is stored now under the key of a record, if that is still the session that was loaded. */
  async #reread(loaded: SessionRecord, ours?: SessionRecord): Promise<SessionRecord | LossReason> {
    const found = await this.#records.read(loaded.key)
    if (typeof found === 'string') return 'gone'
    if (found.version === ours?.version) return found
    if (this.#lifetime.isOver(found.contents)) return 'gone'
    return found.contents.secretHash === loaded.contents.secretHash ? found : 'superseded'
  }
}

function conflict(key: string, reason: string): SessionError {
  return new SessionError(
    'ERR_SESSION_CONFLICT',
    `Session ${key} could not be stored: ${reason}. Send the request again.`,
  )
}
