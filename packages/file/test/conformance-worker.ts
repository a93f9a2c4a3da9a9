import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { FileStore } from '../src/index.ts'

/** `area` is a directory with a file `clock`, which tells all processes the time. */
export function openStore(namespace: string, area = ''): FileStore {
  const clock = () => Number(readFileSync(join(area, 'clock'), 'utf8'))
  return new FileStore(join(area, 'stores', encodeURIComponent(`of ${namespace}`)), { clock })
}
