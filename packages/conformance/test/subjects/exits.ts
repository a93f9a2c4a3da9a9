import { brokenSubject, opening } from '../broken-subject.ts'

/** Its read ends the process with exit code 0. */
export const subject = brokenSubject((right) => opening(right, { read: () => process.exit(0) }))
