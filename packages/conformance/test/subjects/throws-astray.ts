import { brokenSubject, opening } from '../broken-subject.ts'

/** Loses its error, and with it the answer. */
export const subject = brokenSubject((right) =>
  opening(right, {
    read() {
      setImmediate(() => {
        throw new Error('out of cheese')
      })
      return new Promise(() => {})
    },
  }),
)
