import type { Store } from '@mako-session/core'
import { openStore as openRightStore } from '../reference-worker.ts'

/** Makes its process end with exit code 1. */
export function openStore(namespace: string, port: string): Store {
  process.once('beforeExit', () => process.exit(1))
  return openRightStore(namespace, port)
}
