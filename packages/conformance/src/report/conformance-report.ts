import type { ConformancePlan } from '../conformance-plan.ts'

/** The results of a run of the suite. */
export interface ConformanceReport {
  /** The name of the subject. */
  readonly subject: string
  /** The edition of the run: cases that are newer are advisory. */
  readonly edition: number
  /** The seed of the run. With this seed a run gets the same random numbers again. */
  readonly seed: number
  /**
   * Whether the run had all cases of the edition, and each passed or is `not-shown`. A failed case, a known
   * failure or an excluded case makes this false. A case that is not shown does not, so look at those results
   * too.
   */
  readonly conformant: boolean
  /** One result for each case of the run, in the order of the suite. */
  readonly results: readonly CaseResult[]
}

/** The result of one case. */
export interface CaseResult {
  readonly id: string
  readonly title: string
  readonly clause: string
  readonly status: CaseStatus
  /** Whether the case is newer than the edition of the run. Then a failure is only advice. */
  readonly advisory: boolean
  /** Why the case is not shown, excluded or known to fail. */
  readonly reason?: string
  /** The error of a case that failed. Its message has everything that is known of the failure. */
  readonly error?: Error
  readonly durationMs: number
}

/** How a case ended. `not-shown`: it was not run, because the subject does not offer what it needs. */
export type CaseStatus = 'passed' | 'failed' | 'known-failure' | 'not-shown' | 'excluded'

/**
 * Makes the report of a run from the results of its cases.
 * @throws when no case was run, because such a report shows nothing of the store.
 */
export function reportOf(plan: ConformancePlan, results: readonly CaseResult[]): ConformanceReport {
  const { subject, edition, seed } = plan
  if (results.every(({ status }) => status === 'not-shown' || status === 'excluded')) {
    throw new Error(`no case was run: ${subject.name} does not offer what the chosen cases need`)
  }
  const conformant = plan.complete && results.every(countsForIt)
  return { subject: subject.name, edition, seed, conformant, results }
}

function countsForIt({ status, advisory }: CaseResult): boolean {
  return advisory || status === 'passed' || status === 'not-shown'
}
