import type { Subject } from '../../src/subject/subject.ts'

const { subject }: { subject: Subject } = await import(`../subjects/${process.env.SUBJECT}.ts`)

/** The subject that the environment names: one list, for every runner. */
export { subject }
