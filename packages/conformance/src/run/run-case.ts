import type { RunnableCase } from '../conformance-case.ts'
import { ConformanceError } from '../conformance-error.ts'
import { CaseContext } from '../context/case-context.ts'
import { realWait, type Wait } from '../context/wait.ts'
import type { Subject } from '../subject/subject.ts'
import { TimeLimit } from './time-limit.ts'
import { unmetNeed } from './unmet-need.ts'

/** How {@link runCase} runs a case. */
export interface CaseSettings {
  readonly seed: number
  /** Seconds that the case may take. Absent, the case's own limit holds. */
  readonly timeLimit: number | undefined
  /** Stops the case; {@link runCase} then rejects. */
  readonly signal: AbortSignal | undefined
  /** Fails the case with the reason of this signal, for an error outside of the calls of the case. */
  readonly failure?: AbortSignal | undefined
  /** The path of the subject module, for the command that runs a failure again. */
  readonly subjectModule?: string | undefined
  /**
   * How the case waits, where it does not move the store's time.
   * @default in real time
   */
  readonly wait?: Wait
}

/** The outcome of a case. */
export type CaseOutcome =
  | { readonly status: 'passed' }
  | { readonly status: 'failed'; readonly error: ConformanceError }
  | { readonly status: 'not-shown'; readonly reason: string }

/**
 * Runs one case in an area of its own, and then disposes of the area, also after a failure.
 * @throws the reason of `signal` when it aborts. A failure of the case is no error here but an outcome.
 */
export async function runCase(
  conformanceCase: RunnableCase,
  subject: Subject,
  settings: CaseSettings,
): Promise<CaseOutcome> {
  settings.signal?.throwIfAborted()
  const reason = unmetNeed(conformanceCase, subject)
  if (reason !== undefined) return { status: 'not-shown', reason }
  const seconds = settings.timeLimit ?? conformanceCase.timeLimit
  const { seed, subjectModule, signal, failure, wait = realWait } = settings
  const limit = new TimeLimit('the case', seconds, signal, failure)
  const { id } = conformanceCase
  const context = new CaseContext(subject, { caseId: id, seed, signal: limit.signal, wait })
  const failed = (cause: unknown): CaseOutcome => {
    const found = { seed, subjectModule, cause, operations: context.log.lines() }
    return { status: 'failed', error: new ConformanceError(conformanceCase, found) }
  }
  const outcome = await limit.keep(attempt(conformanceCase, context)).catch(failed)
  // Close what the case opened, also after a failure. That may hang too, so it has a limit of its own.
  const ending = new TimeLimit('dispose', seconds)
  const ended = await ending.keep(context.end()).then(() => outcome, failed)
  ending.end()
  limit.end()
  signal?.throwIfAborted()
  if (outcome.status === 'failed') return outcome
  return failure?.aborted ? failed(failure.reason) : ended
}

async function attempt(conformanceCase: RunnableCase, context: CaseContext): Promise<CaseOutcome> {
  const environment = await context.start()
  const reason = unmetNeed(conformanceCase, context.subject, environment)
  if (reason !== undefined) return { status: 'not-shown', reason }
  await conformanceCase.run(context)
  return { status: 'passed' }
}
