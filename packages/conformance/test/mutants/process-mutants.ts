import type { Mutant } from '../mutant.ts'

/** Stores that are correct as long as one process uses them. */
export const processMutants: Readonly<Record<string, Mutant>> = {
  'the lock is only inside the process': {
    fails: ['update/four-processes'],
    worker: 'locks-in-process',
  },
  'the cache is only inside the process': {
    fails: ['update/alternating-processes-see-each-other'],
    worker: 'caches-in-process',
  },
}
