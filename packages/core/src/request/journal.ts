import { type FlashEntry, isEmpty, type SessionContents } from '../record/session-contents.ts'
import type { ValueText } from '../values/value-text.ts'
import { DataJournal } from './data-journal.ts'
import { newestTokens } from './one-time-token.ts'

/** A user, and when he proved who he is. */
export type Login = Pick<SessionContents, 'authenticatedAt'> & { readonly userId: string }

interface Flashed {
  readonly entry: FlashEntry
  /** The id of the only entry that it may replace; absent where it replaces whatever is there. */
  readonly insteadOf: string | undefined
}

/**
 * The journal of one request: the changes that it makes, not their result. It is applied to the loaded
 * contents and, where another request was faster, again to what that request stored. So both requests
 * keep their changes.
 */
export class Journal {
  /** The changes to the values. */
  readonly data: DataJournal
  readonly #flashed = new Map<string, Flashed>()
  readonly #flashDropped = new Map<string, string>()
  #isFlashRemoved = false
  #tokensAdded: string[] = []
  #tokensDropped = false
  #login: Login | undefined
  #isRotated = false
  #isKept = false

  constructor(values: ValueText) {
    this.data = new DataJournal(values)
  }

  /** Whether a new id was asked for. */
  get isRotated(): boolean {
    return this.#isRotated
  }

  /** The user whom the session is to be tied to. */
  get login(): Login | undefined {
    return this.#login
  }

  /** Whether the application asked for anything that is to be stored. */
  get hasChanges(): boolean {
    return (
      this.data.hasChanges ||
      this.#flashed.size > 0 ||
      this.#tokensAdded.length > 0 ||
      this.#isRotated ||
      this.#isFlashRemoved ||
      this.#login !== undefined
    )
  }

  flash(key: string, entry: FlashEntry, insteadOf?: string): void {
    this.#flashed.set(key, { entry, insteadOf })
  }

  hasFlashed(key: string): boolean {
    return this.#flashed.has(key)
  }

  /** Drops a flash value that was shown. */
  dropFlash(key: string, entryId: string): void {
    this.#flashDropped.set(key, entryId)
  }

  /** Drops a flash value because the application asked for it. */
  removeFlash(key: string, entryId: string): void {
    this.dropFlash(key, entryId)
    this.#isFlashRemoved = true
  }

  addToken(tokenHash: string): void {
    this.#tokensAdded = newestTokens([...this.#tokensAdded, tokenHash])
  }

  /** Takes back a token that this request added: whether it did add it. */
  withdrawToken(tokenHash: string): boolean {
    const index = this.#tokensAdded.indexOf(tokenHash)
    if (index >= 0) this.#tokensAdded.splice(index, 1)
    return index >= 0
  }

  /** Asks for a new id. All tokens die with the old one. */
  rotate(): void {
    this.#isRotated = true
    this.#tokensAdded = []
    this.#tokensDropped = true
  }

  bindUser(login: Login): void {
    this.#login = login
  }

  /** Asks that the session is stored, and stays, also when nothing is in it. */
  keep(): void {
    this.#isKept = true
  }

  /** Forgets the changes: they are stored, or not wanted any more. */
  reset(): void {
    this.data.reset()
    this.#flashed.clear()
    this.#flashDropped.clear()
    this.#tokensAdded = []
    this.#tokensDropped = false
    this.#login = undefined
    this.#isRotated = false
    this.#isFlashRemoved = false
    this.#isKept = false
  }

  /**
   * The contents with the changes, and with the hash of the new secret where one was asked for: the same
   * object where the changes change nothing.
   * @throws {SessionError} `ERR_SESSION_CONFLICT` when a change in place does not fit to what another
   * request stored, `ERR_SESSION_VALUE` when an updater makes what cannot be stored.
   */
  apply(contents: SessionContents, now: number, secretHash: string): SessionContents {
    const changed = this.#withValues(contents, this.#tokensDropped)
    // An earlier try of this commit may have stored the new secret though it failed.
    if (!this.#isRotated || changed.live.includes(secretHash)) return changed
    return {
      ...changed,
      ...(this.#login && { ...this.#login, boundAt: now }),
      live: [secretHash],
      replaced: this.#login ? contents.live : [],
      replacedAt: now,
    }
  }

  /** The contents of a session that another request logged in to, with the changes of this login. */
  applyJoined(contents: SessionContents, now: number, secretHash: string): SessionContents {
    const others = contents.live.filter((it) => it !== secretHash)
    const live = [secretHash, ...others]
    return { ...this.#withValues(contents, false), ...this.#login, boundAt: now, live }
  }

  #withValues(contents: SessionContents, dropsTokens: boolean): SessionContents {
    const data = this.data.apply(contents.data)
    const flash = this.#applyToFlash(contents.flash)
    const tokens = this.#applyToTokens(contents.tokens, dropsTokens)
    const isSame = data === contents.data && flash === contents.flash && tokens === contents.tokens
    if (isSame && !(this.#isKept && isEmpty(contents))) return contents
    return { ...contents, data, flash, tokens, isKept: contents.isKept || this.#isKept }
  }

  #applyToFlash(flash: ReadonlyMap<string, FlashEntry>): ReadonlyMap<string, FlashEntry> {
    if (flash.size === 0 && this.#flashed.size === 0) return flash
    const result = new Map(flash)
    for (const [key, entryId] of this.#flashDropped) {
      if (result.get(key)?.entryId === entryId) result.delete(key)
    }
    let isSame = result.size === flash.size
    for (const [key, { entry, insteadOf }] of this.#flashed) {
      const there = result.get(key)
      if (there && insteadOf !== undefined && there.entryId !== insteadOf) continue
      result.set(key, entry)
      isSame = false
    }
    return isSame ? flash : result
  }

  #applyToTokens(tokens: readonly string[], dropsAll: boolean): readonly string[] {
    const kept = dropsAll ? [] : tokens
    if (this.#tokensAdded.length === 0 && kept.length === tokens.length) return tokens
    return newestTokens([...kept, ...this.#tokensAdded])
  }
}
