import type { RunOptions } from '../../src/run-options.ts'
import { brokenSubject, opening } from '../broken-subject.ts'

/** Answers when nobody waits any more. */
export const subject = brokenSubject((right) =>
  opening(right, {
    read: () => new Promise((_, reject) => setTimeout(() => reject(new Error('late')), 300)),
  }),
)
// Nothing that the case does before the read lets a timer fire, so that the limit ends nothing else.
export const options: RunOptions = { timeLimit: 0.2 }
