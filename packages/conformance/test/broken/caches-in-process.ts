import type { Store, StoredSession } from '@mako-session/core'
import { openStore as openRightStore } from '../reference-worker.ts'

const cache = new Map<string, StoredSession | undefined>()

/** A store with a cache that does not see the writes of other processes. */
export function openStore(namespace: string, port: string): Store {
  const store = openRightStore(namespace, port)
  return {
    ...store,
    async read(key) {
      if (!cache.has(key)) cache.set(key, await store.read(key))
      return cache.get(key)
    },
    async update(key, expectedVersion, session) {
      const updated = await store.update(key, expectedVersion, session)
      if (updated) cache.set(key, session)
      return updated
    },
    async delete(key) {
      cache.delete(key)
      await store.delete(key)
    },
  }
}
