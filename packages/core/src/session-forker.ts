import type { NewRecords } from './record/new-records.ts'
import type { RecordSwapper, Swapped } from './record/record-swap.ts'
import type { SessionLifetime } from './record/session-lifetime.ts'
import type { SessionRecord } from './record/session-record.ts'
import type { SessionRecords } from './record/session-records.ts'
import type { SessionState } from './request/session-state.ts'

/**
 * Copies sessions to a new key. A copy is stored first and then noted in the record that it was made of,
 * if the request still holds that. So what ends the one ends both.
 */
export class SessionForker {
  readonly #records: SessionRecords
  readonly #lifetime: SessionLifetime
  readonly #swapper: RecordSwapper
  readonly #newRecords: NewRecords

  constructor(
    records: SessionRecords,
    lifetime: SessionLifetime,
    swapper: RecordSwapper,
    newRecords: NewRecords,
  ) {
    this.#records = records
    this.#lifetime = lifetime
    this.#swapper = swapper
    this.#newRecords = newRecords
  }

  /** Resolves what became of the note. The copy is there only if it was written. */
  async fork(
    state: SessionState,
    loaded: SessionRecord,
  ): Promise<{ readonly noted: Swapped; readonly copy: SessionRecord }> {
    const contents = state.applied(loaded.contents, this.#lifetime.now())
    const copy = await this.#newRecords.insert(state.id, contents)
    try {
      const fork = await this.#note(state, loaded, copy)
      if (fork.noted.outcome !== 'written') await this.#records.delete(copy.key)
      return fork
    } catch (error) {
      await this.#records.delete(copy.key)
      throw error
    }
  }

  /** Notes a copy, and brings it up to what the original holds by then. */
  async #note(state: SessionState, loaded: SessionRecord, copy: SessionRecord) {
    const now = this.#lifetime.now()
    let source = loaded.contents
    const noted = await this.#swapper.swap(loaded, {
      isAllowed: ({ live }) => state.holdsOneOf(live),
      change: (contents) => {
        source = contents
        const recent = contents.forks.filter((it) => this.#lifetime.isRecentFork(it))
        return { ...contents, forks: [...recent, { key: copy.key, at: now }] }
      },
    })
    if (noted.outcome !== 'written' || source === loaded.contents) return { noted, copy }
    const contents = this.#newRecords.contentsFor(state.id, state.applied(source, now))
    const { record } = await this.#records.update(copy.key, copy.version, contents)
    return { noted, copy: record }
  }
}
