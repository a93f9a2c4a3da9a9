import type { Store, UserIndex } from '@mako-session/core'
import { remoteStore } from './reference-server.ts'

/** `port` is where the area is served. */
export function openStore(namespace: string, port = ''): Store & UserIndex {
  return remoteStore(Number(port), namespace)
}
