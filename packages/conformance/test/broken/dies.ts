import type { Store } from '@mako-session/core'

/** Ends the process at the first call. */
export function openStore(): Store {
  const die = async (): Promise<never> => {
    process.stderr.write('out of cheese\n')
    process.exit(3)
  }
  return { read: die, create: die, update: die, delete: die, gc: die }
}
