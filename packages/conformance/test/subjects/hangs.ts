import type { RunOptions } from '../../src/run-options.ts'
import { brokenSubject, opening } from '../broken-subject.ts'

/** Its read rejects only after the time limit of the case. */
export const subject = brokenSubject((right) =>
  opening(right, {
    read: () => new Promise((_, reject) => setTimeout(() => reject(new Error('late')), 300)),
  }),
)
// Before the read, the case lets no timer fire. So the time limit cannot end the case earlier.
export const options: RunOptions = { timeLimit: 0.2 }
