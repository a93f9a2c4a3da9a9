import { brokenSubject, opening } from '../broken-subject.ts'

/** Says when it is asked something, which it never answers, and when its area is disposed of. */
export const subject = brokenSubject((right) => ({
  ...opening(right, {
    read() {
      process.stderr.write('reading\n')
      return new Promise(() => {})
    },
  }),
  async dispose() {
    process.stderr.write('disposed\n')
  },
}))
