import { brokenSubject, opening } from '../broken-subject.ts'

/** Right in some cases and wrong in others. */
export const subject = brokenSubject((right) => opening(right, { async delete() {} }))
