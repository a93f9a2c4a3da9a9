import { type ConformancePlan, type PlannedCase, planConformance } from './conformance-plan.ts'
import { patienceFor, runPlannedCase } from './run/run-planned-case.ts'
import { unmetNeed } from './run/unmet-need.ts'
import type { RunOptions } from './run-options.ts'
import type { Subject } from './subject/subject.ts'

/** The functions of a test runner that {@link registerConformance} calls: vitest, node:test, Jest, Mocha. */
export interface Runner {
  describe(name: string, define: () => void): unknown
  /** Registers a test. `timeoutMs` is longer than the case may take, so that the case ends first. */
  it(name: string, test: (...given: unknown[]) => Promise<void>, timeoutMs: number): unknown
  /** Registers a test that is not run: `it.skip`. */
  skip(name: string, test: () => void): unknown
}

/**
 * Registers every case as a test of its own. A case that needs what the subject does not offer is
 * skipped. Some needs are known only when the test already runs: then the test is skipped by `skip` of the
 * runner's test context (vitest and node:test have it), and fails where the runner has none.
 *
 * @throws {TypeError} when an option names a case that does not exist, or no case is left to run.
 */
export function registerConformance(
  runner: Runner,
  subject: Subject,
  options: RunOptions = {},
): void {
  const plan = planConformance(subject, options)
  runner.describe(`${subject.name} conforms`, () => {
    for (const planned of plan.cases) register(runner, plan, planned)
  })
}

function register({ it, skip }: Runner, plan: ConformancePlan, planned: PlannedCase): void {
  const { conformanceCase, excluded } = planned
  const { id, title } = conformanceCase
  const unmet = unmetNeed(conformanceCase, plan.subject)
  const name = `${id}: ${title}`
  if (excluded !== undefined) skip(`${name} (excluded: ${excluded})`, () => {})
  else if (unmet !== undefined) skip(`${name} (not shown: ${unmet})`, () => {})
  else {
    const timeoutMs = patienceFor(plan, planned) * 1_000
    it(name, (...given) => test(plan, planned, given[0]), timeoutMs)
  }
}

async function test(plan: ConformancePlan, planned: PlannedCase, context: unknown): Promise<void> {
  const { id, status, advisory, reason, error } = await runPlannedCase(plan, planned)
  if (status === 'passed' || status === 'known-failure') return
  if (status === 'failed' && !advisory) throw error
  const why = error ? `advisory: ${error.message}` : `not shown: ${reason}`
  if (canSkip(context)) context.skip(why)
  else
    throw new Error(
      `${id} is ${why}. This runner cannot skip a test that already runs: exclude the case`,
    )
}

// The test context of vitest is a function.
function canSkip(context: unknown): context is { skip(reason: string): void } {
  const holder = typeof context === 'object' || typeof context === 'function' ? context : null
  return holder !== null && 'skip' in holder && typeof holder.skip === 'function'
}
