import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { FileStore } from '../src/index.ts'

/** `area` is a directory. Its file `clock` holds the time for the stores of all processes. */
export function openStore(namespace: string, area = ''): FileStore {
  const clock = () => Number(readFileSync(join(area, 'clock'), 'utf8'))
  return new FileStore(join(area, 'stores', encodeURIComponent(`of ${namespace}`)), { clock })
}
