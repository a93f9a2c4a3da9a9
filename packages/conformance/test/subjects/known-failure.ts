import type { RunOptions } from '../../src/run-options.ts'

export { subject } from './canary.ts'

export const options: RunOptions = { knownFailures: { 'create/then-read': 'not yet' } }
