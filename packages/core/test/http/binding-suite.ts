import { describe } from 'vitest'
import type { Binding } from './binding.ts'
import { describeConcurrency } from './suite/concurrency.ts'
import { describeFlash } from './suite/flash.ts'
import { describeIdentity } from './suite/identity.ts'
import { describeResponses } from './suite/responses.ts'
import { describeStoreCalls } from './suite/store-calls.ts'
import { describeStoreFailures } from './suite/store-failures.ts'
import { describeTokens } from './suite/tokens.ts'

/** Tests what every binding has to do, for any framework. */
export function describeBinding(binding: Binding): void {
  describe(binding.name, () => {
    describeIdentity(binding)
    describeFlash(binding)
    describeTokens(binding)
    describeConcurrency(binding)
    describeResponses(binding)
    describeStoreCalls(binding)
    describeStoreFailures(binding)
  })
}
