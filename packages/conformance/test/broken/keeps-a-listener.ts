import { createServer } from 'node:net'
import type { Store } from '@mako-session/core'
import { openStore as openRightStore } from '../reference-worker.ts'

/** Opens a listening socket at the first read, and never closes it. */
export function openStore(namespace: string, port: string): Store {
  const store = openRightStore(namespace, port)
  const listener = createServer()
  return {
    ...store,
    read(key) {
      if (!listener.listening) listener.listen(0, '127.0.0.1')
      return store.read(key)
    },
  }
}
