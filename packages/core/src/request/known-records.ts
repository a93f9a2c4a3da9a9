import type { SessionRecord } from '../record/session-record.ts'
import type { LoadedSession } from './loaded-session.ts'

/** Records by their keys: as they were read, where they were. */
type Records = Map<string, SessionRecord | undefined>

const noRecords: ReadonlyMap<string, SessionRecord | undefined> = new Map()

/**
 * The records that a session has or may have, and which of them the next commit ends. Most requests
 * write and end nothing, so the maps are made when they are needed.
 */
export class KnownRecords {
  readonly #loaded: LoadedSession
  #known: Records | undefined
  #endings: Records | undefined

  constructor(loaded: LoadedSession) {
    this.#loaded = loaded
  }

  /** What the next commit ends. */
  get endings(): ReadonlyMap<string, SessionRecord | undefined> {
    return this.#endings ?? noRecords
  }

  /** Adds a record that the session has, or may have if its write succeeded. */
  add(key: string, record?: SessionRecord): void {
    this.#all.set(key, record)
  }

  /** Has the next commit end a record, if the session has it. */
  end(key: string): void {
    const record = this.#all.get(key)
    if (!this.#all.delete(key)) return
    this.#endings ??= new Map()
    this.#endings.set(key, record)
  }

  /** Has the next commit end all of them. */
  endAll(): void {
    for (const key of [...this.#all.keys()]) this.end(key)
  }

  /** Notes that a record was ended. */
  hasEnded(key: string): void {
    this.#endings?.delete(key)
  }

  get #all(): Records {
    this.#known ??= recordsOf(this.#loaded)
    return this.#known
  }
}

function recordsOf({ others, late, record }: LoadedSession): Records {
  const records: Records = new Map(others.map((it) => [it.key, it.record]))
  if (late) records.set(late.record.key, late.record)
  if (record) records.set(record.key, record)
  return records
}
