import { brokenSubject } from '../broken-subject.ts'

/** Passes every case, and loses an error on the way out. */
export const subject = brokenSubject(() => ({
  dispose: () =>
    new Promise((resolve) => {
      setImmediate(() => {
        resolve()
        throw new Error('out of cheese')
      })
    }),
}))
