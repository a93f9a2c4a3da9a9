import { newContents } from '../../src/record/session-contents.ts'
import { DataJournal } from '../../src/request/data-journal.ts'
import { SessionData } from '../../src/request/session-data.ts'
import { type Serializer, strictJson } from '../../src/values/strict-json.ts'
import { ValueText } from '../../src/values/value-text.ts'

/** Values in a store, and requests that change them, without the rest of a session. */
export class World {
  readonly #values: ValueText
  stored: ReadonlyMap<string, string>

  constructor(values: Record<string, unknown>, serializer: Serializer = strictJson) {
    this.#values = new ValueText(serializer)
    this.stored = new Map(
      Object.entries(values).map(([key, value]) => [key, serializer.stringify(value)]),
    )
  }

  /** Loads what is stored now. */
  request(): { readonly data: SessionData; readonly journal: DataJournal; commit(): void } {
    const base = { contents: newContents(0), isCommitting: false }
    const setData = (data: ReadonlyMap<string, string>) => {
      base.contents = { ...base.contents, data }
    }
    setData(this.stored)
    const journal = new DataJournal(this.#values)
    const data = new SessionData(this.#values, journal, base)
    const commit = () => {
      data.recordInPlaceChanges()
      journal.apply(base.contents.data) // As a commit that does not know yet that it was superseded.
      this.stored = journal.apply(this.stored)
      journal.reset()
      setData(this.stored)
      data.bringUp()
    }
    return { data, journal, commit }
  }

  get(key: string): unknown {
    const text = this.stored.get(key)
    return text === undefined ? undefined : this.#values.read(key, text)
  }
}
