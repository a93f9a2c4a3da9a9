import { brokenSubject, opening } from '../broken-subject.ts'

/** A store whose delete does nothing: some cases pass and others fail. */
export const subject = brokenSubject((right) => opening(right, { async delete() {} }))
