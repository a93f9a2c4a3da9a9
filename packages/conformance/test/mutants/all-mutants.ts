import type { Mutant } from '../mutant.ts'
import { areaMutants } from './area-mutants.ts'
import { contractMutants } from './contract-mutants.ts'
import { faultMutants } from './fault-mutants.ts'
import { lifecycleMutants } from './lifecycle-mutants.ts'
import { payloadMutants } from './payload-mutants.ts'
import { processMutants } from './process-mutants.ts'
import { readMutants } from './read-mutants.ts'
import { timeMutants } from './time-mutants.ts'
import { userMutants } from './user-mutants.ts'
import { writeMutants } from './write-mutants.ts'

/** Every mutant. The name says what is wrong. */
export const mutants: Readonly<Record<string, Mutant>> = {
  ...readMutants,
  ...writeMutants,
  ...payloadMutants,
  ...timeMutants,
  ...areaMutants,
  ...userMutants,
  ...faultMutants,
  ...lifecycleMutants,
  ...contractMutants,
  ...processMutants,
}
