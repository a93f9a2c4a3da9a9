import type { RunOptions } from '../../src/run-options.ts'
import { brokenSubject, opening } from '../broken-subject.ts'

/** Never gives control back. */
export const subject = brokenSubject((right) =>
  opening(right, {
    read() {
      for (;;);
    },
  }),
)
export const options: RunOptions = { timeLimit: 0.2 }
