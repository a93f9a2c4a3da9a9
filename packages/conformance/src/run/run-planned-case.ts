import { performance } from 'node:perf_hooks'
import type { ConformancePlan, PlannedCase } from '../conformance-plan.ts'
import type { CaseResult } from '../report/conformance-report.ts'
import { type CaseOutcome, runCase } from './run-case.ts'

// The case and its dispose have a time limit each, whose messages say what was too slow. A test runner or
// the supervising process must not end them before.
const patienceFactor = 2.5

/** Seconds after which a case hangs in a way that its own time limit cannot end. */
export function patienceFor(plan: ConformancePlan, { conformanceCase }: PlannedCase): number {
  return patienceFactor * (plan.timeLimit ?? conformanceCase.timeLimit)
}

/** Runs one case of a plan, unless it is excluded, and makes its result. */
export async function runPlannedCase(
  plan: ConformancePlan,
  planned: PlannedCase,
  failure?: AbortSignal,
): Promise<CaseResult> {
  const { conformanceCase, advisory, excluded } = planned
  const { id, title, clause } = conformanceCase
  const facts = { id, title, clause, advisory }
  if (excluded !== undefined) {
    return { ...facts, status: 'excluded', reason: excluded, durationMs: 0 }
  }
  const startedAt = performance.now()
  const outcome = await runCase(conformanceCase, plan.subject, { ...plan, failure })
  return { ...facts, ...weigh(planned, outcome), durationMs: performance.now() - startedAt }
}

function weigh(
  { conformanceCase, knownFailure }: PlannedCase,
  outcome: CaseOutcome,
): Pick<CaseResult, 'status' | 'reason' | 'error'> {
  if (knownFailure === undefined || outcome.status === 'not-shown') return outcome
  if (outcome.status === 'failed') {
    return { ...outcome, status: 'known-failure', reason: knownFailure }
  }
  const text = `${conformanceCase.id} passed, but knownFailures expects it to fail: ${knownFailure}`
  return { status: 'failed', error: new Error(text) }
}
