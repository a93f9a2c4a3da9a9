import { inspect } from 'node:util'
import type { ConformanceCase } from './conformance-case.ts'

/** What is known of the run in which a case failed. */
export interface FailedRun {
  readonly seed: number
  /** The path of the subject module, as the command got it. Absent where there is no command. */
  readonly subjectModule?: string | undefined
  /** What was thrown. */
  readonly cause: unknown
  /** The last operations of the case. Each is one line. */
  readonly operations: readonly string[]
}

/**
 * The failure of a case. The message has the case, what it expected, what it got, the last operations,
 * and the command that runs it again.
 */
export class ConformanceError extends Error {
  override readonly name = 'ConformanceError'
  /** The id of the case. */
  readonly caseId: string
  /** The clause of the store contract that the case checks. */
  readonly clause: string
  /** The seed of the run. With this seed the case gets the same random numbers again. */
  readonly seed: number
  /** What the case expected, where it compared two values. */
  readonly expected: unknown
  /** What the case got, where it compared two values. */
  readonly actual: unknown

  constructor({ id, title, clause }: ConformanceCase, found: FailedRun) {
    const { seed, subjectModule, cause, operations } = found
    const compared = comparison(cause)
    const module = subjectModule ?? '<subject module>'
    const lines = [
      `${id} (${clause}): ${title}`,
      cause instanceof Error ? cause.message : String(cause),
      compared && `expected: ${short(compared.expected)}\nactual:   ${short(compared.actual)}`,
      operations.length > 0 && ['last operations:', ...operations].join('\n  '),
      `to run it again: npx mako-conformance ${module} --only ${id} --seed ${seed}`,
    ]
    super(lines.filter((line) => line).join('\n'), { cause })
    this.caseId = id
    this.clause = clause
    this.seed = seed
    this.expected = compared?.expected
    this.actual = compared?.actual
  }
}

interface Comparison {
  readonly expected: unknown
  readonly actual: unknown
}

function comparison(cause: unknown): Comparison | undefined {
  const compares = cause instanceof Error && 'expected' in cause && 'actual' in cause
  return compares ? { expected: cause.expected, actual: cause.actual } : undefined
}

function short(value: unknown): string {
  return inspect(value, { breakLength: Infinity, maxStringLength: 200, maxArrayLength: 20 })
}
