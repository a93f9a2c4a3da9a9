import { planConformance } from './conformance-plan.ts'
import { type CaseResult, type ConformanceReport, reportOf } from './report/conformance-report.ts'
import { runPlannedCase } from './run/run-planned-case.ts'
import type { RunOptions } from './run-options.ts'
import type { Subject } from './subject/subject.ts'

/**
 * Runs the suite, one case after the other, and never a case twice.
 *
 * @throws {TypeError} when an option names a case that does not exist, or nothing is left to run.
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
