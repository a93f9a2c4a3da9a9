import { MemoryStore } from '@mako-session/core'
import type { Subject } from '../src/subject/subject.ts'
import { virtualClock } from '../src/subject/virtual-clock.ts'

/** `MemoryStore` as a subject. `open` gives the same object again, because its records are in that object. */
export const memorySubject: Subject = {
  name: 'MemoryStore',
  userIndex: true,
  async setup() {
    const time = virtualClock()
    const stores = new Map<string, MemoryStore>()
    return {
      time,
      async open(namespace = '') {
        const store = stores.get(namespace) ?? new MemoryStore({ clock: time.now })
        stores.set(namespace, store)
        return store
      },
      async dispose() {},
    }
  },
}
