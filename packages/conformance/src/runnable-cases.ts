import { contractCases } from './cases/contract.ts'
import { createCases } from './cases/create.ts'
import { deleteCases } from './cases/delete.ts'
import { faultsCases } from './cases/faults.ts'
import { gcCases } from './cases/gc.ts'
import { harnessCases } from './cases/harness.ts'
import { isolationCases } from './cases/isolation.ts'
import { lifecycleCases } from './cases/lifecycle.ts'
import { modelCases } from './cases/model.ts'
import { payloadCases } from './cases/payload.ts'
import { processCases } from './cases/process.ts'
import { readCases } from './cases/read.ts'
import { ttlCases } from './cases/ttl.ts'
import { updateCases } from './cases/update.ts'
import { updateRaceCases } from './cases/update-race.ts'
import { usersCases } from './cases/users.ts'
import type { RunnableCase } from './conformance-case.ts'

/** All cases, in the order in which they run. */
export const runnableCases: readonly RunnableCase[] = [
  ...harnessCases,
  ...readCases,
  ...createCases,
  ...updateCases,
  ...updateRaceCases,
  ...processCases,
  ...deleteCases,
  ...payloadCases,
  ...ttlCases,
  ...isolationCases,
  ...gcCases,
  ...usersCases,
  ...faultsCases,
  ...lifecycleCases,
  ...contractCases,
  ...modelCases,
]
