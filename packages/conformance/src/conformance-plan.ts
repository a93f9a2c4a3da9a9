import { randomInt } from 'node:crypto'
import type { RunnableCase } from './conformance-case.ts'
import type { RunOptions } from './run-options.ts'
import { runnableCases } from './runnable-cases.ts'
import type { Subject } from './subject/subject.ts'

/** The newest edition: the highest `since` of all cases. */
export const edition: number = Math.max(...runnableCases.map(({ since }) => since))

/** What a run will do: the options with their defaults, checked. */
export interface ConformancePlan {
  readonly subject: Subject
  readonly edition: number
  readonly seed: number
  readonly timeLimit: number | undefined
  readonly signal: AbortSignal | undefined
  /** Where the subject is, as the command was told. */
  readonly subjectModule?: string
  readonly cases: readonly PlannedCase[]
  /** Whether all cases of the suite are in it. */
  readonly complete: boolean
}

/** A case, and what the options say of it. */
export interface PlannedCase {
  readonly conformanceCase: RunnableCase
  /** Newer than the edition that the author pinned. */
  readonly advisory: boolean
  /** Why it is not run. */
  readonly excluded: string | undefined
  /** Why it must fail. */
  readonly knownFailure: string | undefined
}

/**
 * Merges and checks the options.
 * @throws {TypeError} when an id is unknown, no case is left to run, or the subject promises too little.
 */
export function planConformance(subject: Subject, options: RunOptions = {}): ConformancePlan {
  const { exclude = {}, knownFailures = {}, only, timeLimit, signal } = options
  for (const id of [...(only ?? []), ...Object.keys(exclude), ...Object.keys(knownFailures)]) {
    if (!runnableCases.some((known) => known.id === id))
      throw new TypeError(`there is no case "${id}"`)
  }
  if ((subject.maxPayloadBytes ?? 2 ** 20) < 2 ** 20) {
    throw new TypeError('maxPayloadBytes must be at least 1_048_576 (S6)')
  }
  const pinned = options.edition ?? edition
  const planned = runnableCases
    .filter(({ id }) => !only || only.includes(id))
    .map((conformanceCase) => ({
      conformanceCase,
      advisory: conformanceCase.since > pinned,
      excluded: exclude[conformanceCase.id],
      knownFailure: knownFailures[conformanceCase.id],
    }))
  if (planned.every(({ excluded }) => excluded !== undefined)) {
    throw new TypeError('no case is left to run: look at only and exclude')
  }
  const seed = options.seed ?? randomInt(2 ** 31)
  return { subject, edition: pinned, seed, timeLimit, signal, cases: planned, complete: !only }
}
