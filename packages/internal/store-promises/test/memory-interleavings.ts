import { MemoryStore } from '@mako-session/core'
import { makeRequest } from '../src/interleaved-request.ts'
import { describeInterleavings, type TestLength } from '../src/interleavings.ts'

/** Tests interleavings of requests in this process, over a store in memory. */
export function describeMemoryInterleavings(length: TestLength): void {
  describeInterleavings('MemoryStore, in one process', length, async () => {
    const store = new MemoryStore()
    return {
      store,
      request: (order, turn) => makeRequest(store, order, turn),
      close: async () => {},
    }
  })
}
