import type { ConformanceCase } from './conformance-case.ts'
import { runnableCases } from './runnable-cases.ts'

/** What all cases are about, in the order in which they run. */
export const cases: readonly ConformanceCase[] = runnableCases
