import type { SessionCookie } from './cookie/session-cookie.ts'
import { createSessionId } from './cookie/session-id.ts'
import { NewRecords } from './record/new-records.ts'
import { closedContents, RecordEnder } from './record/record-ender.ts'
import type { RecordSwapper, Swapped } from './record/record-swap.ts'
import { isEmpty, isFlashAlone, type SessionContents } from './record/session-contents.ts'
import type { SessionLifetime } from './record/session-lifetime.ts'
import type { SessionRecord } from './record/session-record.ts'
import type { SessionRecords } from './record/session-records.ts'
import type { CookieDue, SessionState } from './request/session-state.ts'
import { SessionError } from './session-error.ts'
import { publish } from './session-events.ts'
import { SessionForker } from './session-forker.ts'

/** How many secrets may open one session at once. A double-clicked login needs two. */
const maxLive = 4

/** What a commit has to do. It resolves what the browser is owed for it. */
export type Work = () => Promise<CookieDue>

type Settled = Extract<Swapped, { readonly outcome: 'written' | 'needless' | 'refused' }>

/** Writes what a request makes of a session. Each act resolves what the browser is owed for it. */
export class SessionWriter {
  readonly #cookie: SessionCookie
  readonly #records: SessionRecords
  readonly #lifetime: SessionLifetime
  readonly #onLost: 'ignore' | 'throw'
  readonly #swapper: RecordSwapper
  readonly #ender: RecordEnder
  readonly #newRecords: NewRecords
  readonly #forker: SessionForker

  constructor(
    cookie: SessionCookie,
    records: SessionRecords,
    lifetime: SessionLifetime,
    swapper: RecordSwapper,
    onLost: 'ignore' | 'throw',
  ) {
    this.#cookie = cookie
    this.#records = records
    this.#lifetime = lifetime
    this.#onLost = onLost
    this.#swapper = swapper
    this.#ender = new RecordEnder(records, lifetime, swapper)
    this.#newRecords = new NewRecords(records, lifetime)
    this.#forker = new SessionForker(records, lifetime, swapper, this.#newRecords)
  }

  /** Ends all records that the session had before a `destroy()` or `clear()`. */
  async endRecords(state: SessionState): Promise<CookieDue> {
    const isClearDue = state.hadCookie || state.records.endings.size > 0
    for (const [key, record] of [...state.records.endings]) {
      await this.#ender.end(key, record)
      state.records.hasEnded(key)
      if (!state.record && !state.late) state.cookieDue = 'clear'
    }
    return isClearDue ? 'clear' : undefined
  }

  /**
   * Ends what a `clear()` or `bindUser` left to end, and goes on as was planned. What is wrong with the
   * contents is found before anything is ended.
   */
  async endAndGoOn(state: SessionState, goOn: Work | undefined): Promise<CookieDue> {
    const changed = state.applied(state.contents, this.#lifetime.now())
    this.#records.checkSize(this.#newRecords.contentsFor(state.id, changed))
    const due = await this.endRecords(state)
    return goOn ? goOn() : due
  }

  /** Stores a new session. */
  async create(state: SessionState, contents: SessionContents): Promise<CookieDue> {
    const { id } = state
    const createdAt = this.#lifetime.now()
    const record = await this.#underNewKey(state, () =>
      this.#newRecords.insert(id, { ...contents, createdAt }),
    )
    state.settle(record)
    publish('created', { key: id.key })
    return id
  }

  /** Makes a record. After a failure the next try has another id: it must not meet what may be stored. */
  async #underNewKey<Result>(state: SessionState, make: () => Promise<Result>): Promise<Result> {
    state.records.add(state.id.key)
    try {
      return await make()
    } catch (error) {
      state.id = createSessionId()
      throw error
    }
  }

  /** Stores the changes of a session that has a record, or ends it where they leave it empty. */
  async update(
    state: SessionState,
    loaded: SessionRecord,
    changed: SessionContents,
  ): Promise<CookieDue> {
    const result = await this.#swapper.swap(loaded, {
      isAllowed: ({ live }) => state.holdsOneOf(live),
      change: (contents) => {
        const isLoaded = contents === loaded.contents
        const next = isLoaded ? changed : state.applied(contents, this.#lifetime.now())
        if (isEmpty(next)) return closedContents(next)
        return isLoaded || next !== contents ? this.#written(next) : undefined
      },
      ownSecret: state.journal.isRotated ? state.untriedHash : undefined,
    })
    if (result.outcome === 'refused') return this.superseded(state, result.record)
    if (result.outcome === 'gone') return this.gone(state)
    return this.#updated(state, loaded, result)
  }

  async #updated(state: SessionState, loaded: SessionRecord, swapped: Settled): Promise<CookieDue> {
    const { key, contents } = swapped.record
    if (contents.live.length === 0) {
      state.journal.reset()
      state.startAnew()
      state.cookieDue = 'clear'
      await this.#ender.delete(key) // Its forks stay: the visitor did not log out.
      return 'clear'
    }
    const { isRotated, data } = state.journal
    const { createdAt, renewedAt } = loaded.contents
    const isCookieDue =
      isRotated ||
      state.isCookieOutdated ||
      this.#cookie.isDueAgain(createdAt, renewedAt, this.#lifetime.now())
    state.settle(swapped.record)
    // Needless with a new id: an earlier try of this commit stored it, and the browser has no cookie of it.
    if (swapped.outcome === 'needless' && !isRotated) return undefined
    publish('committed', { key })
    if (data.overwrote) publish('overwritten', { key })
    if (isRotated) publish('regenerated', { key, previousKey: key })
    return isCookieDue ? state.id : undefined
  }

  /** Goes on in a fork, under a new key. */
  async fork(state: SessionState, loaded: SessionRecord): Promise<CookieDue> {
    const { noted, fork } = await this.#underNewKey(state, () => this.#forker.fork(state, loaded))
    if (noted.outcome !== 'written') state.id = createSessionId() // The fork's key was used.
    if (noted.outcome === 'gone') return this.gone(state)
    if (noted.outcome === 'refused') return this.superseded(state, noted.record)
    state.settle(fork)
    publish('regenerated', { key: fork.key, previousKey: loaded.key })
    if (state.journal.data.overwrote) publish('overwritten', { key: fork.key })
    return state.id
  }

  /**
   * The id was replaced by another request. A login goes on, because its answer says "you are signed
   * in"; other changes cannot be kept.
   */
  async superseded(state: SessionState, record: SessionRecord): Promise<CookieDue> {
    state.noteSuperseded()
    const { login, hasChanges } = state.journal
    if (login) return this.#join(state, record, login.userId)
    if (!hasChanges) return undefined
    throw new SessionError(
      'ERR_SESSION_SUPERSEDED',
      'The id of this session was replaced by another request: reload the page. Nothing of this request was stored.',
    )
  }

  /**
   * Goes on in the session that a login of the same user made of this one a moment ago: the other half
   * of a double click. Any other login begins a new session. Else a thief's login could be joined, or a
   * second factor be skipped.
   */
  async #join(state: SessionState, record: SessionRecord, user: string): Promise<CookieDue> {
    const { presentedHash } = state
    if (state.id.key !== record.key) state.id = createSessionId(record.key)
    const { secretHash } = state.id
    const result = await this.#swapper.swap(record, {
      isAllowed: ({ userId, replaced, replacedAt, live }) =>
        userId === user &&
        replaced.includes(presentedHash) &&
        this.#lifetime.isInGrace(replacedAt) &&
        (live.length < maxLive || live.includes(secretHash)),
      change: (contents) =>
        this.#written(state.journal.applyJoined(contents, this.#lifetime.now(), secretHash)),
      ownSecret: state.untriedHash,
    })
    if (result.outcome === 'gone') return this.gone(state)
    if (result.outcome === 'refused') return this.#beginAnew(state, ownData(state, user))
    return this.#updated(state, record, result)
  }

  /** The session was deleted or timed out. Its changes go with it; a login begins a new session. */
  async gone(state: SessionState): Promise<CookieDue> {
    if (state.cookieDue !== 'clear') state.cookieDue = undefined
    const { login, hasChanges } = state.journal
    if (!login && !hasChanges) return undefined
    if (login || isFlashAlone(state.contents)) return this.#beginAnew(state)
    const key = state.record?.key ?? state.id.key
    if (!state.isGone) publish('lost', { key })
    state.isGone = true
    if (this.#onLost === 'ignore') return undefined
    throw new SessionError(
      'ERR_SESSION_LOST',
      `Session ${key} ended while this request was under way: its changes were dropped.`,
    )
  }

  async #beginAnew(state: SessionState, kept?: SessionContents): Promise<CookieDue> {
    const { key } = state.late?.record ?? state.record ?? state.id
    if (state.startAnew(kept)) publish('dropped', { key, reason: 'restarted' })
    const changed = state.applied(state.contents, this.#lifetime.now())
    return isEmpty(changed) ? undefined : this.create(state, changed)
  }

  #written(contents: SessionContents): SessionContents {
    return { ...contents, renewedAt: this.#lifetime.now() }
  }
}

/** What a request loaded, if it is for this user to keep: it was nobody's, or this user's. */
function ownData({ record }: SessionState, user: string): SessionContents | undefined {
  if (record === undefined) return undefined
  const { userId } = record.contents
  return userId === undefined || userId === user ? record.contents : undefined
}
