import { writeFileSync } from 'node:fs'
import { ConformanceError } from '../conformance-error.ts'
import { type ConformancePlan, planConformance } from '../conformance-plan.ts'
import { type CaseResult, reportOf } from '../report/conformance-report.ts'
import { formatReport } from '../report/format-report.ts'
import { patienceFor, runPlannedCase } from '../run/run-planned-case.ts'
import { TimeLimit } from '../run/time-limit.ts'
import type { CommandLine } from './command-line.ts'
import { HeldResources, type LeftOpen } from './held-resources.ts'
import { ProgressLine } from './progress-line.ts'
import type { RunTurn } from './run-turn.ts'
import { StrayErrors } from './stray-errors.ts'
import { importSubject, type SubjectModule } from './subject-module.ts'

const ofModule = 'the import of the subject module'

/**
 * Seconds that `teardown` may take. Afterwards, closed resources have as many seconds to be gone, unless the
 * plan has a time limit.
 */
const endLimit = 60

/** The result of a run. */
export interface CommandOutcome {
  /** The report, in the format that the arguments name. */
  readonly output: string
  /** Whether no case failed; advice does not count. */
  readonly isGreen: boolean
}

/**
 * Runs the cases, in a process that does nothing else.
 * @throws when the run itself goes wrong, or the reason of `signal` when that stops it.
 */
export async function runCommand(
  line: CommandLine,
  signal: AbortSignal,
  tell: (turn: RunTurn) => void,
): Promise<CommandOutcome> {
  const held = new HeldResources()
  const strays = new StrayErrors()
  const exported = await importSubject(line.module)
  held.turnIsOver(ofModule)
  const plan: ConformancePlan = {
    ...planConformance(exported.subject, { ...exported.options, ...line.options, signal }),
    subjectModule: line.module,
  }
  const progress = new ProgressLine(process.stderr, plan.cases.length)
  const results: CaseResult[] = []
  try {
    for (const planned of plan.cases) {
      const { id } = planned.conformanceCase
      tell({ begins: id, seconds: patienceFor(plan, planned) })
      progress.next(id)
      results.push(await runPlannedCase(plan, planned, strays.nextTurn()))
      held.turnIsOver(id)
    }
  } finally {
    progress.end()
    tell({ begins: 'teardown', seconds: 3 * endLimit })
    await tearDown(exported, strays.nextTurn())
  }
  const report = reportOf(
    plan,
    blame(plan, results, await held.leftOpen(plan.timeLimit ?? endLimit)),
  )
  if (line.reportFile !== undefined) {
    writeFileSync(line.reportFile, formatReport(report, 'json'))
  }
  const isGreen = report.results.every(({ status, advisory }) => status !== 'failed' || advisory)
  return { output: formatReport(report, line.format), isGreen }
}

async function tearDown({ teardown }: SubjectModule, failure: AbortSignal): Promise<void> {
  const limit = new TimeLimit('teardown', endLimit, failure)
  try {
    await limit.keep((async () => teardown?.())())
  } finally {
    limit.end()
  }
}

/** Fails the case that left a resource open, unless it has failed already. */
function blame(
  plan: ConformancePlan,
  results: readonly CaseResult[],
  left: LeftOpen | undefined,
): readonly CaseResult[] {
  if (!left) return results
  const text = `the process cannot end: ${left.kinds} has been open since ${left.since}`
  const found = plan.cases.find(({ conformanceCase }) => conformanceCase.id === left.since)
  if (!found)
    throw new Error(`${text}. teardown() of the module has to close what the module opens`)
  const cause = new Error(`${text}. dispose() has to close what setup(), open() and connect() open`)
  const error = new ConformanceError(found.conformanceCase, { ...plan, cause, operations: [] })
  return results.map((result) =>
    result.id === left.since && result.status !== 'failed'
      ? { ...result, status: 'failed', error }
      : result,
  )
}
