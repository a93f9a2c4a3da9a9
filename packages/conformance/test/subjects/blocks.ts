import type { RunOptions } from '../../src/run-options.ts'
import { brokenSubject, opening } from '../broken-subject.ts'

/** Its read blocks the event loop for ever. */
export const subject = brokenSubject((right) =>
  opening(right, {
    read() {
      for (;;);
    },
  }),
)
// Before the read, the case lets no timer fire. So the time limit cannot end the case earlier.
export const options: RunOptions = { timeLimit: 0.2 }
