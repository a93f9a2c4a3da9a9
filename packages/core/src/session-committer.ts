import type { SessionCookie } from './cookie/session-cookie.ts'
import { RecordSwapper } from './record/record-swap.ts'
import { isEmpty } from './record/session-contents.ts'
import type { SessionLifetime } from './record/session-lifetime.ts'
import type { SessionRecord } from './record/session-record.ts'
import type { SessionRecords } from './record/session-records.ts'
import { dropChanges } from './request/drop-changes.ts'
import type { CookieDue, SessionState } from './request/session-state.ts'
import { SessionWriter, type Work } from './session-writer.ts'

/** Stores the changes that requests made to their sessions. */
export class SessionCommitter {
  readonly #cookie: SessionCookie
  readonly #lifetime: SessionLifetime
  readonly #swapper: RecordSwapper
  readonly #writer: SessionWriter

  constructor(
    cookie: SessionCookie,
    records: SessionRecords,
    lifetime: SessionLifetime,
    onLost: 'ignore' | 'throw',
  ) {
    this.#cookie = cookie
    this.#lifetime = lifetime
    this.#swapper = new RecordSwapper(records, lifetime)
    this.#writer = new SessionWriter(cookie, records, lifetime, this.#swapper, onLost)
  }

  /**
   * Stores the changes of a session, resolving the `Set-Cookie` value that it makes due, if any:
   * `undefined` at once, not a promise, where there is nothing to do.
   */
  commit(state: SessionState): Promise<string | undefined> | undefined {
    if (!state.turns.areIdle)
      return state.turns.take(async () => this.#carryOut(state, this.#plan(state)))
    try {
      const work = this.#plan(state)
      return work && state.turns.take(() => this.#carryOut(state, work))
    } catch (error) {
      return Promise.reject(error)
    }
  }

  /**
   * The last commit of a request, resolving the `Set-Cookie` value that this or an earlier commit made
   * due. After a request that `hasFailed` nothing is stored but a `destroy()`.
   */
  end(state: SessionState, hasFailed: boolean): Promise<string | undefined> | undefined {
    const isDropped = hasFailed && !state.isDestroyed
    const stored = isDropped ? undefined : this.commit(state)
    if (stored) return stored.then(() => this.#takeDue(state))
    return this.handOut(state, isDropped)
  }

  /**
   * Resolves the `Set-Cookie` value that earlier commits made due, after what they are storing now.
   * Changes that are not stored are dropped where `isDropped`.
   */
  handOut(state: SessionState, isDropped = false): Promise<string | undefined> | undefined {
    if (!state.turns.areIdle) return state.turns.take(async () => this.#takeDue(state, isDropped))
    const setCookie = this.#takeDue(state, isDropped)
    return setCookie === undefined ? undefined : Promise.resolve(setCookie)
  }

  /** Spends a one-time token at once: exactly one of several simultaneous callers gets true. */
  async spendToken(state: SessionState, tokenHash: string): Promise<boolean> {
    if (state.isDestroyed || state.isSuperseded || state.isGone) return false
    const { journal, contents } = state.changing()
    if (journal.withdrawToken(tokenHash)) return true
    if (journal.isRotated || !contents.tokens.includes(tokenHash)) return false
    return state.turns.take(() => this.#spendStoredToken(state, tokenHash))
  }

  async #spendStoredToken(state: SessionState, tokenHash: string): Promise<boolean> {
    const { record } = state
    if (!record) return false
    const result = await this.#swapper.swap(record, {
      isAllowed: ({ live }) => state.holdsOneOf(live),
      change: (contents) => {
        if (!contents.tokens.includes(tokenHash)) return undefined
        const tokens = contents.tokens.filter((it) => it !== tokenHash)
        return { ...contents, tokens, renewedAt: this.#lifetime.now() }
      },
    })
    if (result.outcome === 'refused') state.noteSuperseded()
    if (result.outcome !== 'written') return false
    // Otherwise the application called clear() or destroy() meanwhile, and the record is not the session's.
    if (state.record === record) this.#advance(state, record, result.record)
    return true
  }

  #advance(state: SessionState, before: SessionRecord, written: SessionRecord): void {
    const { createdAt, renewedAt } = before.contents
    if (this.#cookie.isDueAgain(createdAt, renewedAt, this.#lifetime.now())) {
      state.cookieDue = state.held
    }
    state.advance(written)
    // The commit ends the session that was emptied, unless it fills it.
    if (isEmpty(written.contents)) state.isWriteDue = true
  }

  #plan(state: SessionState): Work | undefined {
    if (state.isDestroyed) return () => this.#writer.endRecords(state)
    state.data.recordInPlaceChanges()
    state.flash.age()
    const goOn = this.#planChanges(state)
    return state.records.endings.size > 0 ? () => this.#writer.endAndGoOn(state, goOn) : goOn
  }

  #planChanges(state: SessionState): Work | undefined {
    const { journal, late, record } = state
    if (late)
      return journal.hasChanges ? () => this.#writer.superseded(state, late.record) : undefined
    if (state.isGone) return journal.hasChanges ? () => this.#writer.gone(state) : undefined
    if (record && state.isForked) return () => this.#writer.fork(state, record)
    const changed = state.applied(state.contents, this.#lifetime.now())
    if (!record) return isEmpty(changed) ? undefined : () => this.#writer.create(state, changed)
    const isNeeded = changed !== record.contents || state.isWriteDue
    return isNeeded ? () => this.#writer.update(state, record, changed) : undefined
  }

  async #carryOut(state: SessionState, work: Work | undefined): Promise<string | undefined> {
    state.isCommitting = true
    try {
      const due = await work?.()
      if (due) state.cookieDue = due
      return this.#setCookie(due)
    } catch (error) {
      state.noteFailure()
      throw error
    } finally {
      state.isCommitting = false
    }
  }

  #takeDue(state: SessionState, isDropped = false): string | undefined {
    if (isDropped) dropChanges(state)
    const due = state.cookieDue
    state.cookieDue = undefined
    return this.#setCookie(due)
  }

  #setCookie(due: CookieDue): string | undefined {
    return due === 'clear' ? this.#cookie.clear() : due && this.#cookie.give(due)
  }
}
