import type { Store } from '@mako-session/core'
import { openStore as openRightStore } from '../reference-worker.ts'

/** Cannot end. */
export function openStore(namespace: string, port: string): Store {
  process.once('beforeExit', () => process.exit(1))
  return openRightStore(namespace, port)
}
