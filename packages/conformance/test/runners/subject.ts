import type { Subject } from '../../src/subject/subject.ts'

const { subject }: { subject: Subject } = await import(`../subjects/${process.env.SUBJECT}.ts`)

/** The subject of the file in `subjects` that the environment variable SUBJECT names. */
export { subject }
