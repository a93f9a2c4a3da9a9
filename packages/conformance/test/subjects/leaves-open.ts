import type { RunOptions } from '../../src/run-options.ts'
import { brokenSubject, opening } from '../broken-subject.ts'

/** Starts a timer with each new record. */
export const subject = brokenSubject((right) =>
  opening(right, {
    async create() {
      setInterval(() => {}, 1_000)
      return true
    },
  }),
)
/** What is left open is waited for no longer than that. */
export const options: RunOptions = { timeLimit: 1 }
