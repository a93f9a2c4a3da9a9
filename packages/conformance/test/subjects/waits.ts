import { brokenSubject, opening } from '../broken-subject.ts'

/** Its read never answers. It prints a line when read is called, and when the area is disposed of. */
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
