import type { StoredSession } from '@mako-session/core'
import type { Mutant } from '../mutant.ts'

/** Wrong subjects and wrong reads. */
export const readMutants: Readonly<Record<string, Mutant>> = {
  'setup gives the old area': { fails: ['harness/fresh-area'], harness: 'keeps the area' },
  'time stands still': { fails: ['harness/time-moves'], harness: 'time stands still' },
  'handles share nothing': {
    fails: ['harness/handles-share', 'read/sees-other-handles'],
    harness: 'handles share nothing',
  },
  'findByUser is missing': {
    fails: ['harness/user-index-declared'],
    wrap: () => ({ findByUser: undefined }),
  },
  'missing reads as empty text': {
    fails: ['read/missing-is-undefined'],
    wrap: (store) => ({
      read: async (key) => (await store.read(key)) ?? { version: '', payload: '' },
    }),
  },
  'read creates': {
    fails: ['read/does-not-create'],
    wrap: (store, { random }) => ({
      async read(key) {
        const stored = await store.read(key)
        const session = { version: random.version(), payload: '', ttl: 3_600 }
        if (!stored) await store.create(key, session)
        return stored
      },
    }),
  },
  'each handle caches': {
    fails: ['read/sees-other-handles'],
    wrap(store) {
      const cache = new Map<string, StoredSession | undefined>()
      return {
        async read(key) {
          if (!cache.has(key)) cache.set(key, await store.read(key))
          return cache.get(key)
        },
      }
    },
  },
  'reads lag behind': {
    fails: ['read/sees-other-handles', 'update/history-is-linearizable'],
    wrap(store, { random }) {
      const last = new Map<string, StoredSession | undefined>()
      return {
        async read(key) {
          const before = last.get(key)
          const stored = await store.read(key)
          last.set(key, stored)
          return before && random.integer(3) === 0 ? before : stored
        },
      }
    },
  },
  'whole map rewritten per write': {
    fails: ['read/independent-keys'],
    wrap: (store, backend) => ({
      async create(key, session) {
        const rows = new Map(backend.rows)
        const created = await store.create(key, session)
        const row = backend.rows.get(store.id(key))
        if (row) rows.set(store.id(key), row)
        backend.rows = rows
        return created
      },
    }),
  },
  'keys are cut': {
    fails: ['read/independent-keys'],
    rules: { id: (namespace, key) => `${namespace}/${key.slice(0, 31)}` },
  },
  'keys are numbers': {
    fails: ['read/independent-keys'],
    rules: { id: (namespace, key) => `${namespace}/${Number(`0x${key}`)}` },
  },
  'foreign data are read as a record': {
    fails: ['read/foreign-record-is-undefined'],
    rules: { isLive: ({ deadline }, now) => now < deadline },
  },
  'foreign data make read throw': {
    fails: ['read/foreign-record-is-undefined'],
    wrap: (store, { rows }) => ({
      async read(key) {
        if (rows.get(store.id(key))?.foreign) throw new SyntaxError('cannot be parsed')
        return store.read(key)
      },
    }),
  },
}
