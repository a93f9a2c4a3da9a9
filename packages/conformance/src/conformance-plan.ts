import { randomInt } from 'node:crypto'
import type { RunnableCase } from './conformance-case.ts'
import type { RunOptions } from './run-options.ts'
import { runnableCases } from './runnable-cases.ts'
import type { Subject } from './subject/subject.ts'

/** The newest edition: the highest `since` of all cases. */
export const edition: number = Math.max(...runnableCases.map(({ since }) => since))

/** What a run will do: the checked options, with their defaults, and the cases. */
export interface ConformancePlan {
  readonly subject: Subject
  readonly edition: number
  readonly seed: number
  readonly timeLimit: number | undefined
  readonly signal: AbortSignal | undefined
  /** The path of the subject module, as the command got it. Absent where there is no command. */
  readonly subjectModule?: string
  readonly cases: readonly PlannedCase[]
  /** Whether the plan has all cases of the suite, because the option `only` is absent. */
  readonly complete: boolean
}

/** A case, and what the options say about it. */
export interface PlannedCase {
  readonly conformanceCase: RunnableCase
  /** Whether the case is newer than the option `edition`. A failure is then only reported as advice. */
  readonly advisory: boolean
  /** The reason of the option `exclude`, where it has the case: then the case is not run. */
  readonly excluded: string | undefined
  /** The reason of the option `knownFailures`, where it has the case: then the case must fail. */
  readonly knownFailure: string | undefined
}

/**
 * Merges and checks the options.
 * @throws {TypeError} when an id is unknown, no case is left to run, or `maxPayloadBytes` of the subject
 *   is below 1 MiB.
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
    throw new TypeError('no case is left to run: check the options only and exclude')
  }
  const seed = options.seed ?? randomInt(2 ** 31)
  return { subject, edition: pinned, seed, timeLimit, signal, cases: planned, complete: !only }
}
