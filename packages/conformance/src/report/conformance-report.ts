import type { ConformancePlan } from '../conformance-plan.ts'

/** How a store went through the suite. */
export interface ConformanceReport {
  /** The name of the subject. */
  readonly subject: string
  /** The edition that the run was measured by. */
  readonly edition: number
  /** Runs all of it again with the same random numbers. */
  readonly seed: number
  /**
   * Whether all cases of the edition were run and none failed, known failures included. What the subject
   * does not offer is not shown and does not count against it, so look at those results too.
   */
  readonly conformant: boolean
  /** One result for each case that was asked for, in the order of the suite. */
  readonly results: readonly CaseResult[]
}

/** How one case went. */
export interface CaseResult {
  readonly id: string
  readonly title: string
  readonly clause: string
  readonly status: CaseStatus
  /** The case is newer than the edition of the run, and a failure is only advice. */
  readonly advisory: boolean
  /** Why it was not shown, is excluded or known to fail. */
  readonly reason?: string
  /** Of a case that failed: its message says all there is to know. */
  readonly error?: Error
  readonly durationMs: number
}

/** `not-shown`: the subject does not offer what the case needs. */
export type CaseStatus = 'passed' | 'failed' | 'known-failure' | 'not-shown' | 'excluded'

/**
 * Sums up what the cases of a plan came to.
 * @throws when none of them was run: an empty report shows nothing.
 */
export function reportOf(plan: ConformancePlan, results: readonly CaseResult[]): ConformanceReport {
  const { subject, edition, seed } = plan
  if (results.every(({ status }) => status === 'not-shown' || status === 'excluded')) {
    throw new Error(`${subject.name} offers nothing that could be shown: no case was run`)
  }
  const conformant = plan.complete && results.every(countsForIt)
  return { subject: subject.name, edition, seed, conformant, results }
}

function countsForIt({ status, advisory }: CaseResult): boolean {
  return advisory || status === 'passed' || status === 'not-shown'
}
