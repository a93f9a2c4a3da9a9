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
  'namespaces are joined with a colon': {
    fails: ['isolation/gc', 'isolation/users'],
    rules: {
      id: (namespace, key) => `${namespace}:${key}`,
      owns: (namespace, row) => `${row.namespace}:${row.key}`.startsWith(`${namespace}:`),
    },
    wrap: (store) => ({
      async findByUser(userKey) {
        const rows = store.rows().filter((row) => row.userKey === userKey)
        return rows.map(({ key }) => key)
      },
    }),
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
  'gc uses the first deadline of a record': {
    fails: ['gc/only-what-is-over', 'model/random-commands'],
    wrap(store, { time, rows }) {
      const first = new Map<string, number>()
      return {
        async create(key, session) {
          const created = await store.create(key, session)
          if (created) first.set(key, time.now() + session.ttl * 1_000)
          return created
        },
        async gc() {
          const over = store.rows().filter(({ key }) => time.now() >= (first.get(key) ?? Infinity))
          for (const { key } of over) rows.delete(store.id(key))
          return over.length
        },
      }
    },
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
  'gc removes a record that was renewed meanwhile': {
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
