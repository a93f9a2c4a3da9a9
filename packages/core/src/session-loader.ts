import { timingSafeEqual } from 'node:crypto'
import { newContents } from './session-contents.ts'
import type { SessionCookie } from './session-cookie.ts'
import { publish } from './session-events.ts'
import { createSessionId, type SessionId } from './session-id.ts'
import type { SessionLifetime } from './session-lifetime.ts'
import type { FoundRecord, SessionRecords } from './session-records.ts'
import { SessionState } from './session-state.ts'
import type { VerifiedId } from './signed-cookie.ts'
import type { ValueText } from './value-text.ts'

/** Seconds after a change of id in which a request with the old id is taken for one that was under way. */
const rotationGrace = 30

interface LiveSession extends VerifiedId {
  readonly record: FoundRecord
}

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

  async load(cookieHeader: string, isBackground: boolean): Promise<SessionState> {
    const { isPresent, ids } = this.#cookie.read(cookieHeader)
    const found = ids.length > 0 ? await this.#find(ids) : undefined
    const circumstances = { isBackground, hadCookie: isPresent, isDetached: false }
    if (found === undefined || found === 'detached') {
      return this.#begin({ ...circumstances, isDetached: found === 'detached' })
    }
    const { id, isOutdated, record } = found
    publish('loaded', { key: id.key })
    const isWriteDue =
      isOutdated || record.isCorrected || this.#lifetime.isDueForRenewal(record.contents)
    return new SessionState(
      id,
      record,
      { ...circumstances, isWriteDue, isCookieOutdated: isOutdated },
      this.#values,
    )
  }

  #begin(circumstances: { isBackground: boolean; hadCookie: boolean; isDetached: boolean }) {
    const id = createSessionId()
    return new SessionState(
      id,
      newContents(id.secretHash, this.#lifetime.now()),
      { ...circumstances, isWriteDue: false, isCookieOutdated: false },
      this.#values,
    )
  }

  async #find(ids: readonly VerifiedId[]): Promise<LiveSession | 'detached' | undefined> {
    const [only] = ids
    if (only && ids.length === 1) return this.#resolve(only.id.key, ids) // Almost every request.
    const found = await Promise.all([...byKey(ids)].map(([key, same]) => this.#resolve(key, same)))
    const live = found.filter((it) => typeof it === 'object')
    if (live.length > 1) publish('rejected', { reason: 'ambiguous' })
    if (live.length > 0) return live.length === 1 ? live[0] : undefined
    return found.includes('detached') ? 'detached' : undefined
  }

  async #resolve(
    key: string,
    ids: readonly VerifiedId[],
  ): Promise<LiveSession | 'detached' | undefined> {
    const record = await this.#records.read(key)
    if (typeof record === 'string') {
      publish('rejected', { reason: record === 'missing' ? 'unknown' : record, key })
      return undefined
    }
    if (this.#lifetime.isOver(record.contents)) {
      publish('rejected', { reason: 'expired', key })
      return undefined
    }
    const { secretHash, rotatedAt } = record.contents
    const verified = ids.find(({ id }) => hasSecret(id, secretHash))
    if (verified) return { ...verified, record }
    publish('rejected', { reason: 'superseded', key })
    return this.#lifetime.now() - rotatedAt < rotationGrace ? 'detached' : undefined
  }
}

function byKey(ids: readonly VerifiedId[]): Map<string, VerifiedId[]> {
  const result = new Map<string, VerifiedId[]>()
  for (const verified of ids) {
    const { key } = verified.id
    result.set(key, [...(result.get(key) ?? []), verified])
  }
  return result
}

function hasSecret({ secretHash }: SessionId, expected: string): boolean {
  const given = Buffer.from(secretHash)
  const stored = Buffer.from(expected)
  return given.length === stored.length && timingSafeEqual(given, stored)
}
