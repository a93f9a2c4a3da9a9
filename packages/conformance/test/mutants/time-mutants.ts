import type { Mutant } from '../mutant.ts'

/** Wrong deadlines. */
export const timeMutants: Readonly<Record<string, Mutant>> = {
  'ttl is ignored on read': {
    fails: ['ttl/live-then-gone', 'harness/time-moves'],
    rules: { isLive: ({ foreign }) => !foreign },
  },
  'ttl is in milliseconds': {
    fails: ['ttl/live-then-gone'],
    rules: { deadline: (now, ttl) => now + ttl },
  },
  'a record is live at its deadline': {
    fails: ['ttl/gone-at-the-deadline'],
    rules: { isLive: ({ deadline }, now) => now <= deadline },
  },
  'the deadline is rounded up': {
    fails: ['ttl/gone-at-the-deadline'],
    rules: { deadline: (now, ttl) => Math.ceil(now / 1_000 + ttl) * 1_000 },
  },
  'the deadline is in whole seconds': {
    fails: ['ttl/one-second'],
    rules: { deadline: (now, ttl) => Math.floor(now / 1_000 + ttl) * 1_000 },
  },
  'update never shortens': {
    fails: ['ttl/each-write-sets-anew'],
    rules: { deadline: (now, ttl, old) => Math.max(now + ttl * 1_000, old?.deadline ?? 0) },
  },
  'update never lengthens': {
    fails: ['ttl/each-write-sets-anew'],
    rules: { deadline: (now, ttl, old) => Math.min(now + ttl * 1_000, old?.deadline ?? Infinity) },
  },
  'read extends': {
    fails: ['ttl/read-does-not-extend'],
    wrap: (store) => ({
      async read(key) {
        const stored = await store.read(key)
        if (stored) await store.update(key, stored.version, { ...stored, ttl: 9_999 })
        return stored
      },
    }),
  },
  'the ttl overflows 32 bits': {
    fails: ['ttl/ten-years'],
    rules: { deadline: (now, ttl) => now + ((ttl * 1_000) | 0) },
  },
  'one deadline for all': {
    fails: ['ttl/own-ttl-per-record'],
    rules: {
      isLive: (_, now, { rows }) => [...rows.values()].some(({ deadline }) => now < deadline),
    },
  },
}
