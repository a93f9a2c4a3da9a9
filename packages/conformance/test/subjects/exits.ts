import { brokenSubject, opening } from '../broken-subject.ts'

/** Says that all is well, and goes. */
export const subject = brokenSubject((right) => opening(right, { read: () => process.exit(0) }))
