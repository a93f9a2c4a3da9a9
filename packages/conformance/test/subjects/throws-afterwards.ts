import { brokenSubject } from '../broken-subject.ts'

/** Passes every case. Its dispose resolves, and then an error is thrown outside of any promise. */
export const subject = brokenSubject(() => ({
  dispose: () =>
    new Promise((resolve) => {
      setImmediate(() => {
        resolve()
        throw new Error('out of cheese')
      })
    }),
}))
