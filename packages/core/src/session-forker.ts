import type { NewRecords } from './record/new-records.ts'
import type { RecordSwapper, Swapped } from './record/record-swap.ts'
import type { SessionLifetime } from './record/session-lifetime.ts'
import type { SessionRecord } from './record/session-record.ts'
import type { SessionRecords } from './record/session-records.ts'
import type { SessionState } from './request/session-state.ts'

/**
 * Forks sessions: copies them to a new key. A fork is stored first. Then it is noted in the record that
 * it was made of, if the request still holds that. So what ends the original ends the fork too.
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

  /** Resolves what became of the note. The fork is there only if that was written. */
  async fork(
    state: SessionState,
    loaded: SessionRecord,
  ): Promise<{ readonly noted: Swapped; readonly fork: SessionRecord }> {
    const contents = state.applied(loaded.contents, this.#lifetime.now())
    const fork = await this.#newRecords.insert(state.id, contents)
    try {
      const result = await this.#note(state, loaded, fork)
      if (result.noted.outcome !== 'written') await this.#records.delete(fork.key)
      return result
    } catch (error) {
      await this.#records.delete(fork.key)
      throw error
    }
  }

  /** Notes a fork, and brings it up to what the original holds by then. */
  async #note(state: SessionState, loaded: SessionRecord, fork: SessionRecord) {
    const now = this.#lifetime.now()
    let source = loaded.contents
    const noted = await this.#swapper.swap(loaded, {
      isAllowed: ({ live }) => state.holdsOneOf(live),
      change: (contents) => {
        source = contents
        const recent = contents.forks.filter((it) => this.#lifetime.isRecentFork(it))
        return { ...contents, forks: [...recent, { key: fork.key, at: now }] }
      },
    })
    if (noted.outcome !== 'written' || source === loaded.contents) return { noted, fork }
    const contents = this.#newRecords.contentsFor(state.id, state.applied(source, now))
    const { record } = await this.#records.update(fork.key, fork.version, contents)
    return { noted, fork: record }
  }
}
