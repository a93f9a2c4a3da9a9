import { brokenSubject, opening } from '../broken-subject.ts'

/** Has a bug that every runner must see. */
export const subject = brokenSubject((right) => opening(right, { create: async () => false }))
