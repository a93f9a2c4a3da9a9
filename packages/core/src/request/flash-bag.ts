import { randomBytes } from 'node:crypto'
import type { FlashEntry } from '../record/session-contents.ts'
import type { ValueText } from '../values/value-text.ts'
import type { Journal } from './journal.ts'

/** Enough to tell apart the flash values that one key ever has in one session. */
const entryIdBytes = 9

/** Values that live for one request: reads what the previous one flashed, records for the next one. */
export class FlashBag {
  readonly #values: ValueText
  readonly #journal: Journal
  #loaded: ReadonlyMap<string, FlashEntry>
  readonly #read = new Set<string>()

  constructor(values: ValueText, journal: Journal, loaded: ReadonlyMap<string, FlashEntry>) {
    this.#values = values
    this.#journal = journal
    this.#loaded = loaded
  }

  put(key: string, value: unknown): void {
    this.#putText(key, this.#values.write(key, value))
  }

  /** What the previous request flashed, else the default. */
  get(key: string, defaultValue: unknown): unknown {
    const entry = this.#loaded.get(key)
    if (!entry) return defaultValue
    this.#read.add(key)
    const value = this.#values.read(key, entry.text)
    return value === undefined ? defaultValue : value // Some serializers can store undefined.
  }

  has(key: string): boolean {
    return this.#loaded.has(key)
  }

  remove(key: string): void {
    const entry = this.#loaded.get(key)
    if (!entry) return
    const others = new Map(this.#loaded)
    others.delete(key)
    this.#loaded = others
    this.#journal.dropFlash(key, entry.entryId)
  }

  /** Flashes the loaded values again: under ids of their own, so that no other request ages them. */
  reflash(keys: readonly string[] = [...this.#loaded.keys()]): void {
    for (const key of keys) {
      const entry = this.#loaded.get(key)
      if (entry && !this.#journal.hasFlashed(key)) this.#putText(key, entry.text)
    }
  }

  /** Drops what was loaded: all of it, or after a background request only what it read. */
  age(isBackground: boolean): void {
    for (const [key, { entryId }] of this.#loaded) {
      if (!isBackground || this.#read.has(key)) this.#journal.dropFlash(key, entryId)
    }
  }

  clear(): void {
    this.#loaded = new Map()
  }

  #putText(key: string, text: string): void {
    const entryId = randomBytes(entryIdBytes).toString('base64url')
    this.#journal.flash(key, { text, entryId })
  }
}
