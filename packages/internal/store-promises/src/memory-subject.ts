import { MemoryStore } from '@mako-session/core'
import { makeRequest } from './interleaved-request.ts'
import type { InterleavingSubject } from './interleaving-scenario.ts'
import { ReusedManager, type SessionManagerClass } from './reused-manager.ts'

/** Makes requests in this process, over a store in memory. */
export function memorySubject(Manager: SessionManagerClass): InterleavingSubject {
  const store = new MemoryStore()
  const idle: ReusedManager[] = []
  return {
    store,
    manager: new ReusedManager(Manager),
    async request(order, turn) {
      const manager = idle.pop() ?? new ReusedManager(Manager)
      try {
        return await makeRequest(manager, store, order, turn)
      } finally {
        idle.push(manager)
      }
    },
  }
}
