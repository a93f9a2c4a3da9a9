import { MemoryStore } from '@mako-session/core'
import { makeRequest } from '../src/interleaved-request.ts'
import { describeInterleavings } from '../src/interleavings.ts'

describeInterleavings('MemoryStore, in one process', async () => {
  const store = new MemoryStore()
  return {
    store,
    request: (order, turn) => makeRequest(store, order, turn),
    close: async () => {},
  }
})
