import type { RunOptions } from '../../src/run-options.ts'
import { brokenSubject } from '../broken-subject.ts'

/** A correct store, but each open starts a timer that never ends. */
export const subject = brokenSubject((right) => ({
  open(namespace) {
    setInterval(() => {}, 1_000)
    return right.open(namespace)
  },
}))

/** The command waits one second for the timer to end. */
export const options: RunOptions = { timeLimit: 1 }
