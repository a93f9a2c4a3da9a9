import type { VerifiedId } from './cookie/cookie-signer.ts'
import type { SessionCookie } from './cookie/session-cookie.ts'
import { createSessionId } from './cookie/session-id.ts'
import type { SessionLifetime } from './record/session-lifetime.ts'
import type { FoundRecord, SessionRecords } from './record/session-records.ts'
import type { LateArrival, OtherRecord } from './request/loaded-session.ts'
import type { RequestFacts } from './request/request-facts.ts'
import { SessionState } from './request/session-state.ts'
import { isSameText } from './secrets/is-same-text.ts'
import { publish, type RejectionReason } from './session-events.ts'
import type { ValueText } from './values/value-text.ts'

interface LiveSession {
  readonly kind: 'live'
  readonly verified: VerifiedId
  readonly record: FoundRecord
}

type Found = LiveSession | ({ readonly kind: 'late' } & LateArrival) | NoSession

interface NoSession {
  readonly kind: 'none'
  readonly reason: RejectionReason
  /** What a logout ends all the same. */
  readonly rest?: OtherRecord
}

const none: readonly OtherRecord[] = []

/** Finds the session that a `Cookie` header names, or begins a new one. */
export class SessionLoader {
  readonly #cookie: SessionCookie
  readonly #records: SessionRecords
  readonly #lifetime: SessionLifetime
  readonly #values: ValueText

  constructor(
    cookie: SessionCookie,
    records: SessionRecords,
    lifetime: SessionLifetime,
    values: ValueText,
  ) {
    this.#cookie = cookie
    this.#records = records
    this.#lifetime = lifetime
    this.#values = values
  }

  async load(cookieHeader: string, request: RequestFacts | undefined): Promise<SessionState> {
    const { isPresent, ids, rejection } = this.#cookie.read(cookieHeader)
    const all = ids.length > 0 ? await this.#find(ids) : []
    const found = chosen(all)
    const live = found?.kind === 'live' ? found : undefined
    const isCookieOutdated = live?.verified.isOutdated ?? false
    if (live) publish('loaded', { key: live.record.key })
    // Every request does this, so the fields are written out: spreading objects costs as much as a hash.
    return new SessionState(
      {
        id: live ? live.verified.id : createSessionId(),
        record: live?.record,
        late: found?.kind === 'late' ? found : undefined,
        others: live && all.length === 1 ? none : all.flatMap((it) => otherRecord(it, found)),
        rejection: found ? rejectionOf(found) : rejection,
        loadedAt: this.#lifetime.now(),
        request,
        hadCookie: isPresent,
        isWriteDue: isCookieOutdated || (live !== undefined && this.#isWriteDue(live.record)),
        isCookieOutdated,
      },
      this.#values,
    )
  }

  #isWriteDue({ isCorrected, contents }: FoundRecord): boolean {
    return isCorrected || this.#lifetime.isDueForRenewal(contents)
  }

  async #find(ids: readonly VerifiedId[]): Promise<readonly Found[]> {
    const [only] = ids
    if (only && ids.length === 1) return [await this.#resolve(only.id.key, ids)] // Almost every request.
    return Promise.all([...byKey(ids)].map(([key, same]) => this.#resolve(key, same)))
  }

  async #resolve(key: string, ids: readonly VerifiedId[]): Promise<Found> {
    const record = await this.#records.read(key)
    if (record === 'missing') return rejected('unknown', key)
    if (record === 'corrupt')
      return rejected('corrupt', key, { key, record: undefined, isLive: false })
    const { contents } = record
    if (contents.live.length === 0) return rejected('expired', key, { key, record, isLive: false })
    if (this.#lifetime.isOver(contents)) return rejected('expired', key)
    const verified = ids.find(({ id }) => contents.live.some((it) => isSameText(id.secretHash, it)))
    if (verified) return { kind: 'live', verified, record }
    const none = rejected('superseded', key)
    if (!this.#lifetime.isInGrace(contents.replacedAt)) return none
    // Only ids that were stored are signed, so each of these opened this record once.
    const late = ids.find(({ id }) => contents.replaced.includes(id.secretHash)) ?? ids[0]
    return late ? { kind: 'late', record, id: late.id } : none
  }
}

function rejected(reason: RejectionReason, key?: string, rest?: OtherRecord): NoSession {
  publish('rejected', { reason, ...(key !== undefined && { key }) })
  return { kind: 'none', reason, ...(rest && { rest }) }
}

/** What the request gets of all that its cookies name. */
function chosen(all: readonly Found[]): Found | undefined {
  const [first, ...more] = all
  if (more.length === 0) return first
  const live = all.filter((it) => it.kind === 'live')
  if (live.length > 0) return onlyOrLastLogin(live)
  return all.find((it) => it.kind === 'late') ?? first
}

/** What a logout has to end of what a cookie named, beside the session that was chosen. */
function otherRecord(found: Found, chosen: Found | undefined): readonly OtherRecord[] {
  if (found.kind === 'none') return found.rest ? [found.rest] : none
  const { record, kind } = found
  return found === chosen ? none : [{ key: record.key, record, isLive: kind === 'live' }]
}

function rejectionOf(found: Found): RejectionReason | undefined {
  if (found.kind === 'live') return undefined
  return found.kind === 'late' ? 'superseded' : found.reason
}

/**
 * Of several live sessions the only one that has a user, of several of one user the last login. Such
 * cookies come from an application that changed the path or domain of its cookie.
 */
function onlyOrLastLogin(live: readonly LiveSession[]): Found {
  const [only, ...others] = live
  if (only && others.length === 0) return only
  const signedIn = live.filter(({ record }) => record.contents.userId !== undefined)
  const [first] = signedIn
  const userId = first?.record.contents.userId
  if (!first || signedIn.some(({ record }) => record.contents.userId !== userId)) {
    return rejected('ambiguous')
  }
  const boundAt = ({ record }: LiveSession) => record.contents.boundAt ?? 0
  return signedIn.reduce((last, it) => (boundAt(it) > boundAt(last) ? it : last), first)
}

function byKey(ids: readonly VerifiedId[]): Map<string, VerifiedId[]> {
  const result = new Map<string, VerifiedId[]>()
  for (const verified of ids) {
    const { key } = verified.id
    result.set(key, [...(result.get(key) ?? []), verified])
  }
  return result
}
