import type { RunOptions } from '../../src/run-options.ts'
import { brokenSubject } from '../broken-subject.ts'

/** Starts a timer with each handle, and is right otherwise. */
export const subject = brokenSubject((right) => ({
  open(namespace) {
    setInterval(() => {}, 1_000)
    return right.open(namespace)
  },
}))

/** What is left open is waited for no longer than that. */
export const options: RunOptions = { timeLimit: 1 }
