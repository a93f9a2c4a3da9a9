import type { StoredSession } from '@mako-session/core'
import type { Methods, Mutant } from '../mutant.ts'
import { ReferenceBackend } from '../reference-backend.ts'
import { ReferenceStore } from '../reference-store.ts'
import { turns } from '../turns.ts'

const refuse = 'faults/refuse-rejects'
const stall = 'faults/stall-gives-no-false-answer'
const lostReply = 'faults/lost-reply-of-read-is-not-undefined'
const recovers = 'faults/recovers'

/** Wrong answers while the backend fails, and afterwards. */
export const faultMutants: Readonly<Record<string, Mutant>> = {
  'an outage reads as undefined': {
    fails: [refuse, lostReply],
    wrap: (store) => ({ read: (key) => store.read(key).catch(() => undefined) }),
  },
  'an outage of create reads as false': {
    fails: [refuse],
    wrap: (store) => ({ create: (key, session) => store.create(key, session).catch(() => false) }),
  },
  'an outage of update reads as false': {
    fails: [refuse],
    wrap: (store) => ({
      update: (key, version, session) => store.update(key, version, session).catch(() => false),
    }),
  },
  'an outage of delete reads as done': {
    fails: [refuse],
    wrap: (store) => ({ delete: (key) => store.delete(key).catch(() => {}) }),
  },
  'an outage of findByUser reads as no session': {
    fails: [refuse, lostReply],
    wrap: (store) => ({ findByUser: (userKey) => store.findByUser(userKey).catch(() => []) }),
  },
  'an outage of gc reads as nothing to do': {
    fails: [refuse],
    wrap: (store) => ({ gc: (signal) => store.gc(signal).catch(() => 0) }),
  },
  'only the first read of a handle hides an outage': {
    fails: [refuse],
    wrap(store) {
      let isUsed = false
      return {
        async create(key, session) {
          isUsed = true
          return store.create(key, session)
        },
        read: (key) =>
          store.read(key).catch((error) => (isUsed ? Promise.reject(error) : undefined)),
      }
    },
  },
  'an outage rejects with a text': {
    fails: [refuse],
    wrap: (store) => ({ read: (key) => store.read(key).catch(() => Promise.reject('down')) }),
  },
  'a create that the backend refused resolves true': {
    fails: [refuse],
    wrap: (store) => ({
      create: (key, session) => store.create(key, session).catch(() => true),
    }),
  },
  'calls wait for the end of the outage': {
    fails: [refuse],
    wrap: (store) => ({
      async read(key) {
        for (;;) {
          try {
            return await store.read(key)
          } catch {
            await turns(1)
          }
        }
      },
    }),
  },
  'a lost reply reads as undefined': {
    fails: [lostReply],
    wrap: (store) => ({
      read: (key) => store.read(key).catch((error) => whenLost(error, undefined)),
    }),
  },
  'a lost reply of findByUser reads as no session': {
    fails: [lostReply],
    wrap: (store) => ({
      findByUser: (userKey) => store.findByUser(userKey).catch((error) => whenLost(error, [])),
    }),
  },
  'silence reads as undefined': impatient((store) => ({
    read: (key) => within(store.read(key), undefined),
  })),
  'silence of create reads as false': impatient((store) => ({
    create: (key, session) => within(store.create(key, session), false),
  })),
  'silence of update reads as false': impatient((store) => ({
    update: (key, version, session) => within(store.update(key, version, session), false),
  })),
  'silence of delete reads as done': impatient((store) => ({
    delete: (key) => within(store.delete(key), undefined),
  })),
  'silence of gc reads as nothing to do': impatient((store) => ({
    gc: () => within(store.gc(), 0),
  })),
  'silence of findByUser reads as no session': impatient((store) => ({
    findByUser: (userKey) => within(store.findByUser(userKey), []),
  })),
  'silence is answered from memory': impatient((store) => {
    const written = new Map<string, StoredSession>()
    return {
      async create(key, session) {
        const created = await store.create(key, session)
        if (created) written.set(key, { version: session.version, payload: session.payload })
        return created
      },
      read: (key) => within(store.read(key), written.get(key)),
    }
  }),
  'a late reply goes to another call': impatient((store, backend) => {
    let last: StoredSession | undefined
    return {
      async read(key) {
        const isLate = backend.mode === 'stall'
        const stored = await store.read(key)
        const before = last
        last = stored
        return isLate ? before : stored
      },
    }
  }),
  'an update that was held back is dropped, and resolves true': impatient((store, backend) => ({
    async update(key, version, session) {
      if (backend.mode !== 'stall') return store.update(key, version, session)
      await store.read(key)
      return true
    },
  })),
  'a delete that was held back is dropped, and resolves': impatient((store, backend) => ({
    async delete(key) {
      if (backend.mode !== 'stall') return store.delete(key)
      await store.read(key)
    },
  })),
  'does not reconnect': {
    fails: [recovers],
    wrap(store) {
      let broken: Promise<never> | undefined
      return {
        read(key) {
          if (broken) return broken
          const reading = store.read(key)
          reading.catch((error) => {
            broken = Promise.reject(error)
            broken.catch(() => {})
          })
          return reading
        },
      }
    },
  },
  'goes on with an empty store in memory': {
    fails: [recovers],
    wrap(store) {
      let used = store
      return {
        async read(key) {
          try {
            return await used.read(key)
          } catch (error) {
            used = new ReferenceStore({ backend: new ReferenceBackend(1), isClosed: false }, 'new')
            throw error
          }
        },
        create: (key, session) => used.create(key, session),
        update: (key, version, session) => used.update(key, version, session),
        delete: (key) => used.delete(key),
        findByUser: (userKey) => used.findByUser(userKey),
      }
    },
  },
  'reads undefined after a silence': {
    fails: [recovers],
    wrap(store, backend) {
      let wasSilent = false
      return {
        async read(key) {
          wasSilent ||= backend.mode === 'stall'
          const stored = await store.read(key)
          return wasSilent ? undefined : stored
        },
      }
    },
  },
}

function impatient(wrap: (store: ReferenceStore, backend: ReferenceBackend) => Methods): Mutant {
  return { fails: [stall], wrap }
}

function within<Answer>(answer: Promise<Answer>, otherwise: Answer): Promise<Answer> {
  return Promise.race([answer, turns(20).then(() => otherwise)])
}

function whenLost<Answer>(error: Error, otherwise: Answer): Answer {
  if (error.message === 'connection lost') return otherwise
  throw error
}
