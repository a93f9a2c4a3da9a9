import type { RunnableCase } from '../src/conformance-case.ts'
import type { CaseSettings } from '../src/run/run-case.ts'
import { waitInTurns } from './turns.ts'

/**
 * How a case is run against the reference store. A case with other processes waits in real time. Other cases
 * wait by counting turns of the event loop.
 */
export function referenceSettings({ needs }: RunnableCase, seed: number): CaseSettings {
  const settings = { seed, timeLimit: undefined, signal: undefined }
  return needs.includes('worker') ? settings : { ...settings, wait: waitInTurns }
}
