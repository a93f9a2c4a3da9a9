import { brokenSubject, opening } from '../broken-subject.ts'

/** A store whose create always resolves false. Every runner must report that as a failure. */
export const subject = brokenSubject((right) => opening(right, { create: async () => false }))
