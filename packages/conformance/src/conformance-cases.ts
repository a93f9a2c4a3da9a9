import type { ConformanceCase } from './conformance-case.ts'
import { runnableCases } from './runnable-cases.ts'

/** The descriptions of all cases, in the order in which they run. */
export const cases: readonly ConformanceCase[] = runnableCases
