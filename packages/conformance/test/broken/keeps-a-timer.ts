import type { Store } from '@mako-session/core'
import { openStore as openRightStore } from '../reference-worker.ts'

/** Starts a timer at each create, which runs gc an hour later. */
export function openStore(namespace: string, port: string): Store {
  const store = openRightStore(namespace, port)
  return {
    ...store,
    create(key, session) {
      setTimeout(() => store.gc(), 3_600_000)
      return store.create(key, session)
    },
  }
}
