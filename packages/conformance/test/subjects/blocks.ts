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
// Nothing that the case does before the read lets a timer fire, so that the limit ends nothing else.
export const options: RunOptions = { timeLimit: 0.2 }
