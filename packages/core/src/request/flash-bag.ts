import { randomBytes } from 'node:crypto'
import type { FlashEntry } from '../record/session-contents.ts'
import type { ValueText } from '../values/value-text.ts'
import { flashFate } from './flash-rules.ts'
import type { Journal } from './journal.ts'
import { plainVisit, type RequestFacts } from './request-facts.ts'
import { plainPage, type ResponseFacts } from './response-facts.ts'

/** Enough to tell apart the flash values that one key ever has in one session. */
const entryIdBytes = 9

/** Values for the next page that the visitor sees: reads those of earlier requests, records new ones. */
export class FlashBag {
  readonly #values: ValueText
  readonly #journal: Journal
  readonly #request: RequestFacts | undefined
  #response: ResponseFacts | undefined
  #loaded: ReadonlyMap<string, FlashEntry>
  readonly #read = new Set<string>()

  /** `request` is `undefined` outside a request. */
  constructor(
    values: ValueText,
    journal: Journal,
    loaded: ReadonlyMap<string, FlashEntry>,
    request: RequestFacts | undefined,
  ) {
    this.#values = values
    this.#journal = journal
    this.#loaded = loaded
    this.#request = request
  }

  put(key: string, value: unknown): void {
    this.#journal.flash(key, newEntry(this.#values.write(key, value)))
  }

  /** What an earlier request flashed, else the default. */
  get(key: string, defaultValue: unknown): unknown {
    const entry = this.#loaded.get(key)
    if (!entry) return defaultValue
    this.#read.add(key)
    const value = this.#values.read(key, entry.text)
    return value === undefined ? defaultValue : value // Some serializers can store undefined.
  }

  /** All that earlier requests flashed, read. */
  all(): Record<string, unknown> {
    const keys = [...this.#loaded.keys()]
    return Object.fromEntries(keys.map((key) => [key, this.get(key, undefined)]))
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
    this.#journal.removeFlash(key, entry.entryId)
  }

  /**
   * Flashes the loaded values again: under ids of their own, so that no other request ages them. What
   * was flashed anew meanwhile, by this request or another one, stays: no page has shown it yet.
   */
  reflash(keys: readonly string[] = [...this.#loaded.keys()]): void {
    for (const key of keys) {
      const entry = this.#loaded.get(key)
      if (!entry || this.#journal.hasFlashed(key)) continue
      this.#journal.flash(key, newEntry(entry.text), entry.entryId)
    }
  }

  /** Tells what the request was answered with: the next `age` goes by it. */
  answer(response: ResponseFacts): void {
    this.#response = response
  }

  /**
   * Drops what goes with the response. A commit in the middle of a request drops nothing, because its
   * response is not known yet. Outside a request each commit counts as a page that was shown.
   */
  age(): void {
    if (this.#request && !this.#response) return
    const request = this.#request ?? plainVisit
    const response = this.#response ?? plainPage
    for (const [key, { entryId }] of this.#loaded) {
      const fate = flashFate(request, response, this.#read.has(key))
      if (fate === 'gone') this.#journal.dropFlash(key, entryId)
    }
  }

  clear(): void {
    this.#loaded = new Map()
  }
}

function newEntry(text: string): FlashEntry {
  return { text, entryId: randomBytes(entryIdBytes).toString('base64url') }
}
