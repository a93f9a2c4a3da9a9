import type { CaseContext } from './context/case-context.ts'

/** The description of one case of the suite: one behaviour that every store must have. */
export interface ConformanceCase {
  /** Group and name, as in `update/one-winner-of-20`. Permanent. */
  readonly id: string
  /** The behaviour in the present tense. */
  readonly title: string
  /** The clause of the store contract that the case checks, S1 to S13; `harness` where it checks the subject. */
  readonly clause: string
  /** The edition of the suite that brought the case. */
  readonly since: number
  /** What the subject has to offer for the case to be shown. */
  readonly needs: readonly CaseNeed[]
  /** The seconds that the case may take. After them it fails. */
  readonly timeLimit: number
}

/** A case as the suite runs it. It knows no test runner: it resolves or throws. */
export interface RunnableCase extends ConformanceCase {
  /** Runs the case in an area of its own. @throws when the store does not behave as `title` says. */
  run(context: CaseContext): Promise<void>
}

/**
 * What a case can need of a subject: a part of `Subject` or `Environment`, or `movableTime`, a time
 * control that does not wait.
 */
export type CaseNeed =
  | 'worker'
  | 'connect'
  | 'peek'
  | 'plant'
  | 'userIndex'
  | 'faults'
  | 'work'
  | 'movableTime'

// The time limit is for stores that hang. A correct store on a slow machine needs far less time.
const ordinary = { since: 1, needs: [], timeLimit: 300 }

/**
 * Makes a case from its parts. Unless the parts say otherwise, the case is of the first edition, needs
 * nothing of the subject, and may take five minutes.
 */
export function defineCase(
  parts: Pick<RunnableCase, 'id' | 'title' | 'clause' | 'run'> & Partial<RunnableCase>,
): RunnableCase {
  return { ...ordinary, ...parts }
}
