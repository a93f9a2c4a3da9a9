import type { SessionToStore } from '@mako-session/core'
import type { Methods, Mutant } from '../mutant.ts'
import type { ReferenceBackend } from '../reference-backend.ts'
import type { ReferenceStore } from '../reference-store.ts'

const hourMs = 3_600_000

/** Wrong indexes of users. */
export const userMutants: Readonly<Record<string, Mutant>> = {
  'findByUser lists nothing': {
    fails: ['users/lists-live'],
    wrap: () => ({ findByUser: async () => [] }),
  },
  'findByUser lists everything': {
    fails: ['users/none', 'users/several-users'],
    wrap: (store) => ({ findByUser: async () => store.rows().map(({ key }) => key) }),
  },
  'findByUser scans': {
    fails: ['users/ten-thousand-sessions-of-others-cost-nothing'],
    wrap: (store) => ({
      async findByUser(userKey) {
        const rows = store.rows().filter((row) => row.userKey === userKey)
        return rows.map(({ key }) => key)
      },
    }),
  },
  'work of the environment never grows': {
    fails: ['users/ten-thousand-sessions-of-others-cost-nothing'],
    harness: 'work stands still',
  },
  'the index forgets a key that was deleted': {
    fails: ['model/random-commands'],
    wrap(store, backend) {
      const deleted = deletedOf.get(backend) ?? new Set()
      deletedOf.set(backend, deleted)
      return {
        async delete(key) {
          deleted.add(key)
          await store.delete(key)
        },
        async findByUser(userKey) {
          const keys = await store.findByUser(userKey)
          return keys.filter((key) => !deleted.has(key))
        },
      }
    },
  },
  'the index has only the user of the create': indexed(
    'users/follows-change',
    ({ add, store }) => ({
      async create(key, session) {
        add(key, session)
        return store.create(key, session)
      },
    }),
  ),
  'the index follows late, and removes the entry of the old user': indexed(
    'users/follows-change',
    ({ add, remove, store, backend }) => ({
      async create(key, session) {
        add(key, session)
        return store.create(key, session)
      },
      async update(key, expectedVersion, session) {
        const old = backend.rows.get(store.id(key))
        if (!(await store.update(key, expectedVersion, session))) return false
        for (let turns = 0; turns < 5; turns += 1) await backend.random.pause()
        if (old?.userKey) remove(key, old.userKey)
        add(key, session)
        return true
      },
    }),
  ),
  'the index keeps the first deadline': indexed(
    'users/renewal-keeps-it-listed',
    ({ add, store }) => ({
      async create(key, session) {
        add(key, session)
        return store.create(key, session)
      },
    }),
  ),
  'a refused write sets the deadline of the index': indexed(
    'users/loser-of-a-race-does-not-shorten-it',
    ({ add, store }) => ({
      async create(key, session) {
        add(key, session)
        return store.create(key, session)
      },
      async update(key, expectedVersion, session) {
        add(key, session)
        return store.update(key, expectedVersion, session)
      },
    }),
  ),
  'the index never forgets': indexed('users/no-residue', ({ add, store }) => ({
    async create(key, session) {
      add(key, { ...session, ttl: Infinity })
      return store.create(key, session)
    },
  })),
  'the index is written after the record': indexed(
    'users/never-misses-while-creating',
    ({ add, store }) => ({
      async create(key, session) {
        const created = await store.create(key, session)
        add(key, session)
        return created
      },
    }),
  ),
}

interface Index {
  readonly store: ReferenceStore
  readonly backend: ReferenceBackend
  add(key: string, session: SessionToStore): void
  remove(key: string, userKey: string): void
}

const deletedOf = new WeakMap<ReferenceBackend, Set<string>>()
// For each backend: user key and key of each entry, and the time after which the entry is no longer listed.
const entriesOf = new WeakMap<ReferenceBackend, Map<string, number>>()

/** A store whose index is not made from its rows: `writes` keeps it. */
function indexed(caseId: string, writes: (index: Index) => Methods): Mutant {
  return {
    fails: [caseId],
    wrap(store, backend) {
      const entries = entriesOf.get(backend) ?? new Map<string, number>()
      entriesOf.set(backend, entries)
      const { time } = backend
      return {
        async findByUser(userKey) {
          const found = [...entries].filter(
            ([name, goesAt]) => name.startsWith(userKey) && time.now() < goesAt,
          )
          return found.map(([name]) => name.slice(userKey.length))
        },
        ...writes({
          store,
          backend,
          add(key, { userKey, ttl }) {
            if (userKey) entries.set(userKey + key, time.now() + ttl * 1_000 + hourMs)
          },
          remove: (key, userKey) => entries.delete(userKey + key),
        }),
      }
    },
  }
}
