import type { Store, UserIndex } from '@mako-session/core'
import { remoteStore } from './reference-server.ts'

/** Opens a store of the process that serves the area at `port`. */
export function openStore(namespace: string, port = ''): Store & UserIndex {
  return remoteStore(Number(port), namespace)
}
