import type { Mutant } from '../mutant.ts'

/** Wrong creates, updates and deletes. */
export const writeMutants: Readonly<Record<string, Mutant>> = {
  'create stores no payload': {
    fails: ['create/then-read'],
    wrap: (store) => ({
      create: (key, session) => store.create(key, { ...session, payload: '' }),
    }),
  },
  'create overwrites': {
    fails: ['create/existing-is-false-and-unchanged'],
    wrap: (store) => ({
      async create(key, session) {
        await store.delete(key)
        return store.create(key, session)
      },
    }),
  },
  'a refused create sets the ttl': {
    fails: ['create/existing-is-false-and-unchanged'],
    wrap: (store) => ({
      async create(key, session) {
        const stored = await store.read(key)
        if (!stored) return store.create(key, session)
        await store.update(key, stored.version, { ...session, ...stored })
        return false
      },
    }),
  },
  'create and update check, then act': {
    fails: [
      'create/one-winner-of-20',
      'update/one-winner-of-20',
      'update/increments-8x25',
      'update/history-is-linearizable',
      'delete/against-update-ends-deleted',
    ],
    rules: { actsAtOnce: false },
  },
  'update ignores the version': {
    fails: ['update/stale-version-is-false-and-unchanged', 'update/one-winner-of-20'],
    rules: { accepts: () => true },
  },
  'versions ignore case': {
    fails: ['update/stale-version-is-false-and-unchanged'],
    rules: { accepts: (row, expected) => row.version.toLowerCase() === expected.toLowerCase() },
  },
  'a refused update sets the ttl': {
    fails: ['update/stale-version-is-false-and-unchanged'],
    wrap: (store) => ({
      async update(key, expectedVersion, session) {
        const updated = await store.update(key, expectedVersion, session)
        const stored = updated ? undefined : await store.read(key)
        if (stored) await store.update(key, stored.version, { ...session, ...stored })
        return updated
      },
    }),
  },
  'update upserts': {
    fails: ['update/missing-creates-nothing', 'update/after-delete-is-false'],
    wrap: (store) => ({
      async update(key, expectedVersion, session) {
        const updated = await store.update(key, expectedVersion, session)
        return updated || store.create(key, session)
      },
    }),
  },
  'update takes any version the key had': {
    fails: ['update/after-delete-and-create-old-version-is-false'],
    wrap(store) {
      const versions = new Set<string>()
      return {
        async create(key, session) {
          versions.add(session.version)
          return store.create(key, session)
        },
        async update(key, expectedVersion, session) {
          const stored = versions.has(expectedVersion) ? await store.read(key) : undefined
          return store.update(key, stored?.version ?? expectedVersion, session)
        },
      }
    },
  },
  'update compares with what the handle has read': {
    fails: ['update/history-is-linearizable'],
    wrap(store) {
      const seen = new Map<string, string>()
      return {
        async read(key) {
          const stored = await store.read(key)
          if (stored) seen.set(key, stored.version)
          return stored
        },
        async update(key, expectedVersion, session) {
          const stored = await store.read(key)
          if (seen.get(key) !== expectedVersion) return store.update(key, expectedVersion, session)
          return stored !== undefined && store.update(key, stored.version, session)
        },
      }
    },
  },
  'every second update keeps the deadline': {
    fails: ['model/random-commands'],
    wrap(store, { rows, time }) {
      let updates = 0
      return {
        async update(key, expectedVersion, session) {
          const row = rows.get(store.id(key))
          updates += 1
          const left = row && updates % 2 === 0 ? (row.deadline - time.now()) / 1_000 : undefined
          return store.update(key, expectedVersion, { ...session, ttl: left ?? session.ttl })
        },
      }
    },
  },
  'the handle that wrote a record can update it after a delete': {
    fails: ['model/random-commands'],
    wrap(store) {
      const written = new Map<string, string>()
      return {
        async update(key, expectedVersion, session) {
          if (await store.update(key, expectedVersion, session)) {
            written.set(key, session.version)
            return true
          }
          return written.get(key) === expectedVersion && store.create(key, session)
        },
      }
    },
  },
  'update refuses at random': {
    fails: ['update/history-is-linearizable'],
    wrap: (store, { random }) => ({
      async update(key, expectedVersion, session) {
        return random.integer(4) > 0 && store.update(key, expectedVersion, session)
      },
    }),
  },
  'update revives a record whose time is over': {
    fails: ['update/expired-is-false'],
    wrap: (store, { rows }) => ({
      async update(key, expectedVersion, session) {
        const updated = await store.update(key, expectedVersion, session)
        const isOver = rows.get(store.id(key))?.version === expectedVersion
        return updated || (isOver && store.create(key, session))
      },
    }),
  },
  'update keeps the old ttl': {
    fails: ['update/replaces-version-payload-and-ttl', 'ttl/each-write-sets-anew'],
    rules: { deadline: (now, ttl, old) => old?.deadline ?? now + ttl * 1_000 },
  },
  'update keeps the old payload': {
    fails: ['update/replaces-version-payload-and-ttl'],
    wrap: (store) => ({
      async update(key, expectedVersion, session) {
        const stored = await store.read(key)
        return store.update(key, expectedVersion, {
          ...session,
          ...stored,
          version: session.version,
        })
      },
    }),
  },
  'delete does nothing': { fails: ['delete/removes'], wrap: () => ({ async delete() {} }) },
  'delete only empties the record': {
    fails: ['delete/removes', 'update/after-delete-is-false'],
    wrap: (store, { rows }) => ({
      async delete(key) {
        const row = rows.get(store.id(key))
        if (row) rows.set(store.id(key), { ...row, payload: '' })
      },
    }),
  },
  'delete of a missing key throws': {
    fails: ['delete/missing-is-no-error'],
    wrap: (store) => ({
      async delete(key) {
        if (!(await store.read(key))) throw new Error('no such key')
        return store.delete(key)
      },
    }),
  },
  'delete empties the namespace': {
    fails: ['delete/only-that-key'],
    wrap: (_, { rows }) => ({
      async delete() {
        rows.clear()
      },
    }),
  },
  'delete removes once more later': {
    fails: ['delete/against-create'],
    wrap: (store) => ({
      async delete(key) {
        await store.delete(key)
        await store.delete(key)
      },
    }),
  },
}
