import type { SessionContents } from '../record/session-contents.ts'
import { SessionError } from '../session-error.ts'
import { bringUp } from '../values/bring-up.ts'
import { isObject, objectsIn } from '../values/plain-containers.ts'
import type { ValueText } from '../values/value-text.ts'
import type { DataJournal, Updater } from './data-journal.ts'

/** What the journal's changes are applied to: newer contents after each commit. */
interface Base {
  readonly contents: SessionContents
  /** While a commit stores the changes, no more of them can be recorded: it forgets them in the end. */
  readonly isCommitting: boolean
}

interface HandedOut {
  readonly value: object
  /** The objects in it that came from the session, not from the application. */
  own: Iterable<object>
  /** The text of the object when it last agreed with the session, or was last recorded as a change. */
  text: string
  /** Whether it is the copy of a default, unchanged: the session has no such value. */
  isDefault: boolean
  /** Whether its text was recorded as a change: what is stored may have those of others in it too. */
  isAhead: boolean
}

/** The values of a session as one request sees them: what was loaded, under its own changes. */
export class SessionData {
  readonly #values: ValueText
  readonly #journal: DataJournal
  readonly #base: Base
  /**
   * Objects that `get` gave away and that the application may change in place. It is one for a key,
   * unless `get` had to give another one: for another default, or because another request stored a
   * value of another kind.
   */
  readonly #handedOut = new Map<string, HandedOut[]>()

  constructor(values: ValueText, journal: DataJournal, base: Base) {
    this.#values = values
    this.#journal = journal
    this.#base = base
  }

  /** The value of a key, else a copy of the default. The same object each time, until it is put anew. */
  get(key: string, defaultValue: unknown): unknown {
    const text = this.#textSeen(key)
    const known = this.#handedOut.get(key)?.find((it) => it.text === text)
    if (known) return known.value
    const value = text === undefined ? undefined : this.#values.read(key, text)
    if (text === undefined || value === undefined) return this.#default(key, defaultValue)
    if (isObject(value)) this.#handOut(key, value, text, false)
    return value
  }

  has(key: string): boolean {
    return this.#textSeen(key) !== undefined
  }

  /** Of the object that `get` gave it is a change in place, otherwise it replaces what is there. */
  put(key: string, value: unknown): void {
    const known = this.#handedOut.get(key)?.find((it) => it.value === value)
    if (known) {
      this.#record(key, known, true)
    } else {
      const text = this.#values.write(key, value)
      this.#handedOut.delete(key)
      this.#journal.put(key, text, this.#loaded)
    }
  }

  remove(key: string): void {
    this.#handedOut.delete(key)
    this.#journal.remove(key, this.#loaded)
  }

  /** Handed out objects get what the update made of them. */
  update(key: string, update: Updater, defaultValue: unknown): void {
    this.#recordInPlaceChanges(key)
    const defaultText = this.#values.write(key, defaultValue)
    this.#journal.update(key, { update, defaultText }, this.#loaded)
    const known = this.#handedOut.get(key)
    const text = this.#journal.text(key, this.#loaded)
    if (!known || text === undefined) return
    this.#handedOut.set(
      key,
      known.filter((it) => this.#bringUp(key, it, text)),
    )
  }

  /** A copy of all values. */
  copy(): Record<string, unknown> {
    this.recordInPlaceChanges()
    const keys = this.#journal.keys(this.#loaded)
    return Object.fromEntries(keys.map((key) => [key, this.#copyOf(key)]))
  }

  /** Turns what was changed in place into changes of the journal. */
  recordInPlaceChanges(): void {
    for (const key of this.#handedOut.keys()) this.#recordInPlaceChanges(key)
  }

  forgetHandedOut(): void {
    this.#handedOut.clear()
  }

  /**
   * Brings handed out objects up to what is stored now, in newer contents. Those that were changed in
   * place and are not recorded stay as they are: they are merged with it when they are.
   */
  bringUp(): void {
    for (const [key, known] of this.#handedOut) {
      const text = this.#journal.text(key, this.#loaded)
      if (text === undefined) continue
      for (const handedOut of known) this.#bringUpUnchanged(key, handedOut, text)
    }
  }

  /**
   * For a session that begins anew without what was stored, so in empty contents: drops the changes
   * that were made in place of stored values, and forgets the objects.
   *
   * @returns whether there were any.
   */
  dropInPlaceChanges(): boolean {
    const areDropped = this.#journal.dropInPlaceChanges()
    for (const [key, known] of this.#handedOut) {
      const text = this.#journal.text(key, this.#loaded)
      this.#handedOut.set(
        key,
        known.filter((it) => it.isDefault || it.text === text),
      )
    }
    return areDropped
  }

  get #loaded(): ReadonlyMap<string, string> {
    return this.#base.contents.data
  }

  /** The text of a key as this request sees it, changes in place included. */
  #textSeen(key: string): string | undefined {
    const text = this.#journal.text(key, this.#loaded)
    const known = this.#handedOut.get(key)
    // Of a value that is stored, the object that shows its changes can be given without looking for them.
    const isKnown = this.#loaded.has(key) && known?.some((it) => it.text === text)
    if (!known || isKnown) return text
    this.#recordInPlaceChanges(key)
    return this.#journal.text(key, this.#loaded)
  }

  /** A copy of a default, so that changes in place reach the session and not the default. */
  #default(key: string, defaultValue: unknown): unknown {
    if (!isObject(defaultValue)) return defaultValue
    const text = unlessUnstorable(() => this.#values.write(key, defaultValue))
    if (text === undefined) return defaultValue
    const known = this.#handedOut.get(key)?.find((it) => it.isDefault && it.text === text)
    if (known) return known.value
    const value = unlessUnstorable(() => this.#values.read(key, text))
    if (!isObject(value)) return defaultValue
    this.#handOut(key, value, text, true)
    return value
  }

  #handOut(key: string, value: object, text: string, isDefault: boolean): void {
    const own = objectsIn(value, text.length)
    const handedOut = { value, own, text, isDefault, isAhead: false }
    const known = this.#handedOut.get(key)
    if (known) known.push(handedOut)
    else this.#handedOut.set(key, [handedOut])
  }

  #copyOf(key: string): unknown {
    const text = this.#journal.text(key, this.#loaded)
    return text === undefined ? undefined : this.#values.read(key, text)
  }

  #recordInPlaceChanges(key: string): void {
    if (this.#base.isCommitting) return // What is changed now is found by the next commit.
    for (const handedOut of this.#handedOut.get(key) ?? []) this.#record(key, handedOut, false)
  }

  /** Turns what was changed in place of an object into a change of the journal, if anything was. */
  #record(key: string, handedOut: HandedOut, isPut: boolean): void {
    const { value, text: base, isDefault, isAhead } = handedOut
    const mine = this.#values.write(key, value)
    const isUnchanged = this.#isText(key, mine, base)
    if (isUnchanged && !(isPut && isDefault)) return
    const change = { base, isDefault, mine, isPut, isAhead }
    this.#journal.changeInPlace(key, change, this.#loaded)
    handedOut.text = mine
    handedOut.isAhead = true
    handedOut.isDefault = this.#journal.text(key, this.#loaded) === undefined
  }

  /** A serializer may write the same value in another way than before. Then nothing was changed. */
  #isText(key: string, mine: string, base: string): boolean {
    return mine === base || mine === this.#values.write(key, this.#values.read(key, base))
  }

  /** What cannot be stored or read is left as it is: the next commit or `get` says why. */
  #bringUpUnchanged(key: string, handedOut: HandedOut, text: string): void {
    unlessUnstorable(() => {
      const isUnchanged =
        handedOut.text === text ||
        this.#isText(key, this.#values.write(key, handedOut.value), handedOut.text)
      if (isUnchanged) this.#bringUp(key, handedOut, text)
    })
  }

  /** Whether an object that is as it was recorded could be brought up to a newer text. */
  #bringUp(key: string, handedOut: HandedOut, text: string): boolean {
    if (handedOut.text !== text) {
      const newer = this.#values.read(key, text)
      const textOf = (value: unknown) => this.#values.write(key, value)
      const own = bringUp(handedOut.value, newer, handedOut.own, textOf)
      if (!own) return false
      handedOut.own = own
      const mine = this.#values.write(key, handedOut.value)
      // A property that cannot be changed stays as it is. That is no change of the application.
      handedOut.text = this.#isText(key, mine, text) ? text : mine
    }
    handedOut.isDefault = false
    handedOut.isAhead = false
    return true
  }
}

/** What `work` gives, or `undefined` for a value that cannot be stored or read. */
function unlessUnstorable<Result>(work: () => Result): Result | undefined {
  try {
    return work()
  } catch (error) {
    if (error instanceof SessionError && error.code === 'ERR_SESSION_VALUE') return undefined
    throw error
  }
}
