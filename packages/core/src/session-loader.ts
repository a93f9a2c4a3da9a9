import type { VerifiedId } from './cookie/cookie-signer.ts'
import type { SessionCookie } from './cookie/session-cookie.ts'
import { createSessionId } from './cookie/session-id.ts'
import { newContents } from './record/session-contents.ts'
import type { SessionLifetime } from './record/session-lifetime.ts'
import type { FoundRecord, SessionRecords } from './record/session-records.ts'
import { SessionState } from './request/session-state.ts'
import { isSameText } from './secrets/is-same-text.ts'
import { publish } from './session-events.ts'
import type { ValueText } from './values/value-text.ts'

interface LiveSession {
  readonly verified: VerifiedId
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
    const live = typeof found === 'object' ? found : undefined
    const id = live ? live.verified.id : createSessionId()
    const isCookieOutdated = live?.verified.isOutdated ?? false
    if (live) publish('loaded', { key: id.key })
    // Every request does this, so the fields are written out: spreading objects costs as much as a hash.
    return new SessionState(
      id,
      live ? live.record : newContents(id.secretHash, this.#lifetime.now()),
      {
        isBackground,
        hadCookie: isPresent,
        isWriteDue: isCookieOutdated || (live !== undefined && this.#isWriteDue(live.record)),
        isCookieOutdated,
        attachment: found === 'detached' ? 'detached' : 'attached',
      },
      this.#values,
    )
  }

  #isWriteDue({ isCorrected, contents }: FoundRecord): boolean {
    return isCorrected || this.#lifetime.isDueForRenewal(contents)
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
    const { secretHash } = record.contents
    const verified = ids.find(({ id }) => isSameText(id.secretHash, secretHash))
    if (verified) return { verified, record }
    publish('rejected', { reason: 'superseded', key })
    return this.#lifetime.isIdInGrace(record.contents) ? 'detached' : undefined
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
