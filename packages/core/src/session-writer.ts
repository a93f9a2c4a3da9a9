import type { SessionCookie } from './cookie/session-cookie.ts'
import { closing, RecordEnder } from './record/record-ender.ts'
import { conflict, type RecordSwapper, type Swapped } from './record/record-swap.ts'
import { isEmpty, type SessionContents } from './record/session-contents.ts'
import type { SessionLifetime } from './record/session-lifetime.ts'
import type { SessionRecord } from './record/session-record.ts'
import type { SessionRecords } from './record/session-records.ts'
import type { CookieDue, SessionState } from './request/session-state.ts'
import { SessionError } from './session-error.ts'
import { publish } from './session-events.ts'

/** How many secrets may open one session at once. A double-clicked login needs two. */
const maxLive = 4

/** What a new record has of no other: its own secrets and copies. */
const asNew = { replaced: [], replacedAt: undefined, forks: [] } as const

type Settled = Extract<Swapped, { readonly outcome: 'written' | 'needless' | 'refused' }>

/** Writes what a request makes of a session. Each act resolves what the browser is owed for it. */
export class SessionWriter {
  readonly #cookie: SessionCookie
  readonly #records: SessionRecords
  readonly #lifetime: SessionLifetime
  readonly #onLost: 'ignore' | 'throw'
  readonly #swapper: RecordSwapper
  readonly #ender: RecordEnder

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
  }

  /** Ends all records that the session had before a `destroy()` or `clear()`. */
  async endRecords(state: SessionState): Promise<CookieDue> {
    const isClearDue = state.hadCookie || state.endings.size > 0
    for (const [key, record] of state.endings) {
      await this.#ender.end(key, record)
      state.endings.delete(key)
      state.cookieDue = 'clear'
    }
    return isClearDue ? 'clear' : undefined
  }

  /** After a `clear()`: what came after it goes into a new session. */
  async endAndGoOn(state: SessionState): Promise<CookieDue> {
    await this.endRecords(state)
    const changed = state.journal.apply(state.contents, this.#lifetime.now())
    return isEmpty(changed) ? 'clear' : this.create(state, changed)
  }

  /** Stores a new session. */
  async create(state: SessionState, contents: SessionContents): Promise<CookieDue> {
    const now = this.#lifetime.now()
    const record = await this.#insert(state, { ...contents, createdAt: now })
    state.settle(record)
    publish('created', { key: record.key })
    return state.id
  }

  /** Stores contents under the key of the session's new id, which alone opens them. */
  async #insert(state: SessionState, contents: SessionContents): Promise<SessionRecord> {
    const { key, secretHash } = state.id
    state.keys.add(key)
    const { isWritten, record } = await this.#records.create(key, {
      ...contents,
      ...asNew,
      live: [secretHash],
      renewedAt: this.#lifetime.now(),
    })
    if (isWritten) return record
    // The client may have sent the create twice because the first reply was lost. If the stored version
    // is ours, the first one succeeded.
    const found = await this.#records.read(key)
    if (typeof found !== 'string' && found.version === record.version) return record
    throw conflict(key, 'its key is in use, or the new record was deleted at once')
  }

  /** Stores the changes of a session that has a record, or ends it where they leave it empty. */
  async update(
    state: SessionState,
    loaded: SessionRecord,
    changed: SessionContents,
  ): Promise<CookieDue> {
    const { journal, held, id } = state
    const result = await this.#swapper.swap(loaded, {
      isAllowed: ({ live }) => live.includes(held.secretHash),
      change: (contents) => {
        const isLoaded = contents === loaded.contents
        const next = isLoaded ? changed : journal.apply(contents, this.#lifetime.now())
        if (isEmpty(next)) return closing(next)
        return isLoaded || next !== contents ? this.#written(next) : undefined
      },
      ownSecret: journal.isRotated ? id.secretHash : undefined,
    })
    if (result.outcome === 'refused') return this.overtaken(state, result.record)
    if (result.outcome === 'gone') return this.gone(state)
    return this.#updated(state, loaded, result)
  }

  async #updated(state: SessionState, loaded: SessionRecord, swapped: Settled): Promise<CookieDue> {
    const { key, contents } = swapped.record
    if (contents.live.length === 0) {
      await this.#ender.deleteClosed(key, swapped.record)
      state.journal.reset()
      state.startAnew()
      return 'clear'
    }
    const { isRotated, data } = state.journal
    const { createdAt, renewedAt } = loaded.contents
    const isCookieDue =
      isRotated ||
      state.isCookieOutdated ||
      this.#cookie.isDueAgain(createdAt, renewedAt, this.#lifetime.now())
    state.settle(swapped.record)
    if (swapped.outcome === 'needless') return undefined
    publish('committed', { key })
    if (data.overwrote) publish('overwritten', { key })
    if (isRotated) publish('regenerated', { key, previousKey: key })
    return isCookieDue ? state.id : undefined
  }

  /** Goes on in a copy under a new key. The old record notes it, so that what ends the one ends both. */
  async fork(state: SessionState, loaded: SessionRecord): Promise<CookieDue> {
    const copy = await this.#insert(
      state,
      state.journal.apply(loaded.contents, this.#lifetime.now()),
    )
    const noted = await this.#noteFork(state, loaded, copy).catch(async (error) => {
      await this.#discard(state, copy)
      throw error
    })
    if (noted.outcome !== 'written') {
      await this.#discard(state, copy)
      return noted.outcome === 'gone' ? this.gone(state) : this.overtaken(state, noted.record)
    }
    state.settle(noted.copy)
    publish('regenerated', { key: copy.key, previousKey: loaded.key })
    if (state.journal.data.overwrote) publish('overwritten', { key: copy.key })
    return state.id
  }

  /** Notes a copy in the record that it was made of, and brings it up to what that holds by then. */
  async #noteFork({ journal, held }: SessionState, loaded: SessionRecord, copy: SessionRecord) {
    const now = this.#lifetime.now()
    let source = loaded.contents
    const noted = await this.#swapper.swap(loaded, {
      isAllowed: ({ live }) => live.includes(held.secretHash),
      change: (contents) => {
        source = contents
        const recent = contents.forks.filter(({ at }) => this.#lifetime.isInGrace(at))
        return { ...contents, forks: [...recent, { key: copy.key, at: now }] }
      },
    })
    if (noted.outcome !== 'written' || source === loaded.contents) return { ...noted, copy }
    const { live } = copy.contents
    const fresh = { ...journal.apply(source, now), ...asNew, live, renewedAt: now }
    const { record } = await this.#records.update(copy.key, copy.version, fresh)
    return { ...noted, copy: record }
  }

  async #discard(state: SessionState, copy: SessionRecord): Promise<void> {
    await this.#records.delete(copy.key)
    state.keys.delete(copy.key)
  }

  /**
   * The id was replaced by another request. A login goes on, because its answer says "you are signed
   * in"; other changes cannot be kept.
   */
  async overtaken(state: SessionState, record: SessionRecord): Promise<CookieDue> {
    state.wasOvertaken = true
    if (state.cookieDue !== 'clear') state.cookieDue = undefined
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
    const presented = (state.late?.id ?? state.held).secretHash
    if (state.id.key !== record.key) state.useNewId(record.key)
    const { journal, id } = state
    const result = await this.#swapper.swap(record, {
      isAllowed: ({ userId, replaced, replacedAt, live }) =>
        userId === user &&
        replaced.includes(presented) &&
        this.#lifetime.isInGrace(replacedAt) &&
        live.length < maxLive,
      change: (contents) => this.#written(journal.applyJoined(contents, this.#lifetime.now())),
      ownSecret: id.secretHash,
    })
    if (result.outcome === 'gone') return this.gone(state)
    if (result.outcome === 'refused') return this.#beginAnew(state, ownData(state, user))
    return this.#updated(state, record, result)
  }

  /** The session was deleted or timed out. Its changes go with it; a login begins a new session. */
  async gone(state: SessionState): Promise<CookieDue> {
    if (state.cookieDue !== 'clear') state.cookieDue = undefined
    const { login, hasChanges } = state.journal
    if (login) return this.#beginAnew(state)
    if (!hasChanges) return undefined
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
    return this.create(state, state.journal.apply(state.contents, this.#lifetime.now()))
  }

  #written(contents: SessionContents, changes?: Partial<SessionContents>): SessionContents {
    return { ...contents, ...changes, renewedAt: this.#lifetime.now() }
  }
}

/** What a request loaded, if it is for this user to keep: it was nobody's, or this user's. */
function ownData({ record }: SessionState, user: string): SessionContents | undefined {
  if (record === undefined) return undefined
  const { userId } = record.contents
  return userId === undefined || userId === user ? record.contents : undefined
}
