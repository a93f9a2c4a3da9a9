import type { CaseDescription } from './conformance-case.ts'
import { cases } from './conformance-cases.ts'

/** What all cases are about, in the order in which they run. */
export const caseDescriptions: readonly CaseDescription[] = cases
