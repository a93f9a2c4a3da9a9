import { performance } from 'node:perf_hooks'
import type { ConformancePlan, PlannedCase } from '../conformance-plan.ts'
import type { CaseResult } from '../report/conformance-report.ts'
import { type CaseOutcome, runCase } from './run-case.ts'

// The case and its dispose each end by themselves, with a better message than anybody else's.
const patienceFactor = 2.5

/** Seconds after which a case has gone wrong in a way that it cannot tell itself. */
export function patienceFor(plan: ConformancePlan, { conformanceCase }: PlannedCase): number {
  return patienceFactor * (plan.timeLimit ?? conformanceCase.timeLimit)
}

/** Runs one case of a plan, unless it is excluded, and weighs how it went. */
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
  const text = `${conformanceCase.id} passed, although knownFailures says: ${knownFailure}`
  return { status: 'failed', error: new Error(text) }
}
