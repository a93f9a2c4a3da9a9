import type { FlashEntry, SessionContents } from '../record/session-contents.ts'
import type { ValueText } from '../values/value-text.ts'
import { newestTokens } from './one-time-token.ts'

/** A pure function from the current value of a key to its new one. */
export type Updater = (current: unknown) => unknown

type DataChange =
  | { readonly kind: 'put'; readonly text: string }
  | { readonly kind: 'remove' }
  | {
      readonly kind: 'update'
      readonly steps: readonly UpdateStep[]
      /** What the steps started from, and what they led to. */
      readonly from: string | undefined
      readonly text: string
    }

interface UpdateStep {
  readonly update: Updater
  readonly defaultText: string
}

/**
 * The journal of one request: the changes that it makes, not their result. It is applied to the loaded
 * contents and, where another request was faster, again to what that request stored. So both requests
 * keep their changes.
 */
export class Journal {
  readonly #values: ValueText
  readonly #data = new Map<string, DataChange>()
  readonly #flashed = new Map<string, FlashEntry>()
  readonly #flashDropped = new Map<string, string>()
  #tokensAdded: string[] = []
  #tokensDropped = false
  #isCleared = false
  #user: { readonly id: string | undefined } | undefined
  #secretHash: string | undefined

  constructor(values: ValueText) {
    this.#values = values
  }

  /** Whether everything that was there before goes. */
  get isCleared(): boolean {
    return this.#isCleared
  }

  /** Whether a new id was asked for. */
  get isRotated(): boolean {
    return this.#secretHash !== undefined
  }

  /** Whether the session is to be tied to a user. */
  get bindsUser(): boolean {
    return this.#user?.id !== undefined
  }

  put(key: string, text: string): void {
    this.#data.set(key, { kind: 'put', text })
  }

  remove(key: string): void {
    this.#data.set(key, { kind: 'remove' })
  }

  /** Adds a step to the updates of a key, which `loaded` has the text of. */
  update(key: string, step: UpdateStep, loaded: ReadonlyMap<string, string>): void {
    const current = this.text(key, loaded)
    const text = this.#run(key, step, current)
    const earlier = this.#data.get(key)
    if (earlier?.kind === 'update') {
      this.#data.set(key, { ...earlier, steps: [...earlier.steps, step], text })
    } else if (earlier || this.#isCleared) {
      this.put(key, text) // It starts from what this request itself put: nothing can come between.
    } else {
      this.#data.set(key, { kind: 'update', steps: [step], from: current, text })
    }
  }

  /** The text of a key as this request sees it. */
  text(key: string, loaded: ReadonlyMap<string, string>): string | undefined {
    const change = this.#data.get(key)
    if (change) return change.kind === 'remove' ? undefined : change.text
    return this.#isCleared ? undefined : loaded.get(key)
  }

  /** The keys that have a value as this request sees it. */
  keys(loaded: ReadonlyMap<string, string>): string[] {
    const keys = new Set([...(this.#isCleared ? [] : loaded.keys()), ...this.#data.keys()])
    return [...keys].filter((key) => this.text(key, loaded) !== undefined)
  }

  flash(key: string, entry: FlashEntry): void {
    this.#flashed.set(key, entry)
  }

  hasFlashed(key: string): boolean {
    return this.#flashed.has(key)
  }

  dropFlash(key: string, entryId: string): void {
    this.#flashDropped.set(key, entryId)
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

  rotate(secretHash: string): void {
    this.#secretHash = secretHash
    this.#tokensAdded = []
    this.#tokensDropped = true
  }

  setUser(userId: string | undefined): void {
    this.#user = { id: userId }
  }

  /** The user as this request sees it. */
  userId(loaded: string | undefined): string | undefined {
    return this.#user ? this.#user.id : loaded
  }

  clear(): void {
    const secretHash = this.#secretHash
    this.reset()
    this.#secretHash = secretHash
    this.#isCleared = true
    this.#tokensDropped = true
    this.setUser(undefined)
  }

  /** Forgets the changes: they are stored. */
  reset(): void {
    this.#data.clear()
    this.#flashed.clear()
    this.#flashDropped.clear()
    this.#tokensAdded = []
    this.#tokensDropped = false
    this.#isCleared = false
    this.#user = undefined
    this.#secretHash = undefined
  }

  /**
   * The contents with the changes: the same object where they change nothing.
   * @throws {SessionError} `ERR_SESSION_VALUE` when an updater makes what cannot be stored.
   */
  apply(contents: SessionContents, now: number): SessionContents {
    const changed = {
      data: this.#applyToData(contents.data),
      flash: this.#applyToFlash(contents.flash),
      tokens: this.#applyToTokens(contents.tokens),
      userId: this.userId(contents.userId),
    }
    if (this.#secretHash !== undefined) {
      return { ...contents, ...changed, secretHash: this.#secretHash, rotatedAt: now }
    }
    const isSame =
      changed.data === contents.data &&
      changed.flash === contents.flash &&
      changed.tokens === contents.tokens &&
      changed.userId === contents.userId
    return isSame ? contents : { ...contents, ...changed }
  }

  #applyToData(data: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
    const base = this.#isCleared && data.size > 0 ? new Map<string, string>() : data
    if (this.#data.size === 0) return base
    const result = new Map(base)
    let isSame = true
    for (const [key, change] of this.#data) {
      const text = this.#textAfter(key, change, base.get(key))
      if (text === base.get(key)) continue
      isSame = false
      if (text === undefined) result.delete(key)
      else result.set(key, text)
    }
    return isSame ? base : result
  }

  #textAfter(key: string, change: DataChange, current: string | undefined): string | undefined {
    if (change.kind === 'remove') return undefined
    if (change.kind === 'put' || change.from === current) return change.text
    return change.steps.reduce<string | undefined>(
      (text, step) => this.#run(key, step, text),
      current,
    )
  }

  #run(key: string, { update, defaultText }: UpdateStep, current: string | undefined): string {
    return this.#values.write(key, update(this.#values.read(key, current ?? defaultText)))
  }

  #applyToFlash(flash: ReadonlyMap<string, FlashEntry>): ReadonlyMap<string, FlashEntry> {
    if (flash.size === 0 && this.#flashed.size === 0) return flash
    const result = new Map(this.#isCleared ? [] : flash)
    for (const [key, entryId] of this.#flashDropped) {
      if (result.get(key)?.entryId === entryId) result.delete(key)
    }
    if (this.#flashed.size === 0 && result.size === flash.size) return flash
    for (const [key, entry] of this.#flashed) result.set(key, entry)
    return result
  }

  #applyToTokens(tokens: readonly string[]): readonly string[] {
    const kept = this.#tokensDropped ? [] : tokens
    if (this.#tokensAdded.length === 0 && kept.length === tokens.length) return tokens
    return newestTokens([...kept, ...this.#tokensAdded])
  }
}
