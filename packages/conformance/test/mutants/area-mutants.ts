import type { Mutant } from '../mutant.ts'

/** Wrong namespaces and wrong gc. */
export const areaMutants: Readonly<Record<string, Mutant>> = {
  'the namespace is ignored': {
    fails: ['isolation/namespaces'],
    rules: { id: (_, key) => key, owns: () => true },
  },
  'the namespace ends at a colon': {
    fails: ['isolation/prefix-like-names'],
    rules: { id: (namespace, key) => `${namespace.replace(/:.*/, '')}/${key}` },
  },
  'gc removes by prefix': {
    fails: ['isolation/gc'],
    rules: { owns: (namespace, row) => row.namespace.startsWith(namespace) },
  },
  'findByUser lists all namespaces': {
    fails: ['isolation/users'],
    wrap: (_, { rows }) => ({
      async findByUser(userKey) {
        return [...rows.values()].filter((row) => row.userKey === userKey).map(({ key }) => key)
      },
    }),
  },
  'gc does nothing': {
    fails: ['gc/rows-are-gone', 'gc/returns-count', 'gc/large-backlog-in-batches'],
    wrap: () => ({ gc: async () => 0 }),
  },
  'gc removes live records': {
    fails: ['gc/only-what-is-over', 'gc/empty'],
    rules: { isOver: () => true },
  },
  'gc counts what it visits': {
    fails: ['gc/returns-count', 'gc/empty'],
    wrap: (store) => ({
      async gc(signal) {
        const visited = store.rows().length
        await store.gc(signal)
        return visited
      },
    }),
  },
  'gc counts what it lists': {
    fails: ['gc/two-at-once'],
    wrap: (store, { time }) => ({
      async gc(signal) {
        const listed = store.rows().filter(({ deadline }) => deadline <= time.now()).length
        await store.gc(signal)
        return listed
      },
    }),
  },
  'gc removes what was renewed meanwhile': {
    fails: ['gc/spares-renewed-meanwhile'],
    rules: { gcLooksAgain: false },
  },
  'gc ends after one batch': { fails: ['gc/large-backlog-in-batches'], rules: { gcBatches: 1 } },
  'gc ignores abort': {
    fails: ['gc/abort'],
    wrap: (store) => ({ gc: () => store.gc() }),
  },
  'gc rejects on abort': {
    fails: ['gc/abort'],
    wrap: (store) => ({
      async gc(signal) {
        signal?.throwIfAborted()
        return store.gc(signal)
      },
    }),
  },
}
