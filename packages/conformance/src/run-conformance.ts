import { planConformance } from './conformance-plan.ts'
import { type CaseResult, type ConformanceReport, reportOf } from './report/conformance-report.ts'
import { runPlannedCase } from './run/run-planned-case.ts'
import type { RunOptions } from './run-options.ts'
import type { Subject } from './subject/subject.ts'

/**
 * Runs the cases of the suite one after the other. A case that fails is not run again.
 *
 * @throws {TypeError} when an option names a case that does not exist, no case is left to run, or the
 *   subject promises less than the contract asks for.
 * @throws when no case was run because the subject does not offer what the cases need, and when
 *   `signal` aborts.
 */
export async function runConformance(
  subject: Subject,
  options: RunOptions = {},
): Promise<ConformanceReport> {
  const plan = planConformance(subject, options)
  const results: CaseResult[] = []
  for (const planned of plan.cases) results.push(await runPlannedCase(plan, planned))
  return reportOf(plan, results)
}
