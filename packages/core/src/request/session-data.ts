import type { SessionContents } from '../record/session-contents.ts'
import type { ValueText } from '../values/value-text.ts'
import type { Journal, Updater } from './journal.ts'

/** What the journal's changes are applied to: newer contents after each commit. */
interface Base {
  readonly contents: SessionContents
}

interface HandedOut {
  readonly value: object
  /** The text that the value was read from, or that its last change was recorded as. */
  text: string
}

/** The values of a session as one request sees them: what was loaded, under its own changes. */
export class SessionData {
  readonly #values: ValueText
  readonly #journal: Journal
  readonly #base: Base
  /** Objects that `get` gave away and that the application may change in place. */
  readonly #handedOut = new Map<string, HandedOut>()

  constructor(values: ValueText, journal: Journal, base: Base) {
    this.#values = values
    this.#journal = journal
    this.#base = base
  }

  /** The value of a key, else the default. The same object each time, until it is put anew. */
  get(key: string, defaultValue: unknown): unknown {
    const known = this.#handedOut.get(key)
    if (known) return known.value
    const text = this.#journal.text(key, this.#base.contents.data)
    if (text === undefined) return defaultValue
    const value = this.#values.read(key, text)
    if (typeof value === 'object' && value !== null) this.#handedOut.set(key, { value, text })
    return value === undefined ? defaultValue : value // Some serializers can store undefined.
  }

  has(key: string): boolean {
    return this.#journal.text(key, this.#base.contents.data) !== undefined
  }

  put(key: string, value: unknown): void {
    const text = this.#values.write(key, value)
    this.#handedOut.delete(key)
    this.#journal.put(key, text)
  }

  remove(key: string): void {
    this.#handedOut.delete(key)
    this.#journal.remove(key)
  }

  update(key: string, update: Updater, defaultValue: unknown): void {
    this.#recordInPlaceChange(key)
    const defaultText = this.#values.write(key, defaultValue)
    this.#journal.update(key, { update, defaultText }, this.#base.contents.data)
    this.#handedOut.delete(key)
  }

  /** A copy of all values. */
  copy(): Record<string, unknown> {
    this.recordInPlaceChanges()
    const keys = this.#journal.keys(this.#base.contents.data)
    return Object.fromEntries(keys.map((key) => [key, this.#copyOf(key)]))
  }

  /** Turns what was changed in place into changes of the journal. */
  recordInPlaceChanges(): void {
    for (const key of this.#handedOut.keys()) this.#recordInPlaceChange(key)
  }

  forgetHandedOut(): void {
    this.#handedOut.clear()
  }

  #copyOf(key: string): unknown {
    const text = this.#journal.text(key, this.#base.contents.data)
    return text === undefined ? undefined : this.#values.read(key, text)
  }

  #recordInPlaceChange(key: string): void {
    const handedOut = this.#handedOut.get(key)
    if (!handedOut) return
    const text = this.#values.write(key, handedOut.value)
    if (text === handedOut.text) return
    // A serializer may write the same value in another way than before. Then nothing was changed.
    if (text === this.#values.write(key, this.#values.read(key, handedOut.text))) return
    handedOut.text = text
    this.#journal.put(key, text)
  }
}
