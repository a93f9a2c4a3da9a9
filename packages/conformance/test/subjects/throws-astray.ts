import { brokenSubject, opening } from '../broken-subject.ts'

/** Its read throws outside of the promise that it returned, and never answers. */
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
