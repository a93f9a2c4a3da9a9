import type { ValueText } from '../values/value-text.ts'
import type { Changes, Updater } from './journal.ts'

interface HandedOut {
  readonly value: object
  /** The text that the value was read from, or that its last change was recorded as. */
  text: string
}

/** The values of a session as one request sees them: what was loaded, under its own changes. */
export class SessionData {
  readonly #values: ValueText
  readonly #changes: Changes
  #loaded: ReadonlyMap<string, string>
  /** Objects that `get` gave away and that the application may change in place. */
  readonly #handedOut = new Map<string, HandedOut>()

  constructor(values: ValueText, changes: Changes, loaded: ReadonlyMap<string, string>) {
    this.#values = values
    this.#changes = changes
    this.#loaded = loaded
  }

  /** The value of a key: `undefined` where it has none. The same object each time, until it is put anew. */
  get(key: string): unknown {
    const known = this.#handedOut.get(key)
    if (known) return known.value
    const text = this.#changes.text(key, this.#loaded)
    if (text === undefined) return undefined
    const value = this.#values.read(key, text)
    if (typeof value === 'object' && value !== null) this.#handedOut.set(key, { value, text })
    return value
  }

  has(key: string): boolean {
    return this.#changes.text(key, this.#loaded) !== undefined
  }

  put(key: string, value: unknown): void {
    const text = this.#values.write(key, value)
    this.#handedOut.delete(key)
    this.#changes.put(key, text)
  }

  remove(key: string): void {
    this.#handedOut.delete(key)
    this.#changes.remove(key)
  }

  update(key: string, update: Updater, defaultValue: unknown): void {
    this.#recordInPlaceChange(key)
    const defaultText = this.#values.write(key, defaultValue)
    this.#changes.update(key, { update, defaultText }, this.#loaded)
    this.#handedOut.delete(key)
  }

  /** A copy of all values. */
  copy(): Record<string, unknown> {
    this.recordInPlaceChanges()
    const keys = this.#changes.keys(this.#loaded)
    return Object.fromEntries(keys.map((key) => [key, this.#copyOf(key)]))
  }

  /** Turns what was changed in place into changes of the journal. */
  recordInPlaceChanges(): void {
    for (const key of this.#handedOut.keys()) this.#recordInPlaceChange(key)
  }

  /** Goes on from what is stored now. What was handed out stays so: it may be changed in place yet. */
  rebase(loaded: ReadonlyMap<string, string>): void {
    this.#loaded = loaded
  }

  forgetHandedOut(): void {
    this.#handedOut.clear()
  }

  #copyOf(key: string): unknown {
    const text = this.#changes.text(key, this.#loaded)
    return text === undefined ? undefined : this.#values.read(key, text)
  }

  #recordInPlaceChange(key: string): void {
    const handedOut = this.#handedOut.get(key)
    if (!handedOut) return
    const text = this.#values.write(key, handedOut.value)
    if (text === handedOut.text) return
    // A serializer may spell the same value in another way than before: then nothing was changed.
    if (text === this.#values.write(key, this.#values.read(key, handedOut.text))) return
    handedOut.text = text
    this.#changes.put(key, text)
  }
}
