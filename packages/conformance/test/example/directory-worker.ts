import { join } from 'node:path'
import type { Store } from '@mako-session/core'
import { DirectoryStore } from './directory-store.ts'

export function openStore(namespace: string, root = '.'): Store {
  return new DirectoryStore(join(root, encodeURIComponent(namespace)))
}
