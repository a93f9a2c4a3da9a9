import { checkStoreArguments, type SessionToStore, type StoreArguments } from '@mako-session/core'
import type { Mutant } from '../mutant.ts'

const keys = 'contract/refuses-keys-of-another-form'
const versions = 'contract/refuses-versions-of-another-form'
const ttls = 'contract/refuses-ttls-of-another-form'
const payloads = 'contract/refuses-payloads-of-another-form'
const userKeys = 'contract/refuses-user-keys-of-another-form'
const key = '0'.repeat(32)

/** Stores that take arguments which the contract does not allow, or refuse them in a wrong way. */
export const contractMutants: Readonly<Record<string, Mutant>> = {
  'no argument is checked': {
    fails: [keys, versions, ttls, payloads, userKeys],
    rules: { check: () => {} },
  },
  'keys are not checked': {
    fails: [keys],
    rules: { check: (given) => checkStoreArguments({ ...given, ...('key' in given && { key }) }) },
  },
  'keys are folded': changed(keys, ({ key: given, ...rest }) => ({
    ...rest,
    ...(typeof given === 'string' && { key: given.toLowerCase() }),
  })),
  'keys are made texts': changed(keys, ({ key: given, ...rest }) => ({
    ...rest,
    ...(given !== undefined && { key: String(given) }),
  })),
  'read of a wrong key finds no session': {
    fails: [keys],
    wrap: (store) => ({
      read: async (it) => (/^[0-9a-f]{32}$/.test(it) ? store.read(it) : undefined),
    }),
  },
  'delete of a wrong key is no error': {
    fails: [keys],
    wrap: (store) => ({
      delete: async (it) => (/^[0-9a-f]{32}$/.test(it) ? store.delete(it) : undefined),
    }),
  },
  'wrong keys are refused at once': {
    fails: [keys],
    wrap: (store) => ({
      read(it) {
        checkStoreArguments({ key: it })
        return store.read(it)
      },
    }),
  },
  'wrong arguments are refused by a plain error': {
    fails: [keys, versions, ttls, payloads, userKeys],
    rules: {
      check(given) {
        try {
          checkStoreArguments(given)
        } catch {
          throw new Error('cannot be stored')
        }
      },
    },
  },
  'arguments are checked after the write': {
    fails: [versions, ttls, payloads, userKeys],
    rules: { check: () => {} },
    wrap: (store) => ({
      async create(it, session) {
        const created = await store.create(it, session)
        checkStoreArguments({ key: it, session })
        return created
      },
      async update(it, expectedVersion, session) {
        const updated = await store.update(it, expectedVersion, session)
        checkStoreArguments({ key: it, expectedVersion, session })
        return updated
      },
    }),
  },
  'the expected version is not checked': changed(
    versions,
    ({ expectedVersion: _, ...rest }) => rest,
  ),
  'the version is not checked': stored(versions, { version: 'v'.repeat(22) }),
  'the ttl is not checked': stored(ttls, { ttl: 60 }),
  'the ttl is rounded': changed(ttls, ({ session, ...rest }) => ({
    ...rest,
    ...(session && { session: { ...session, ttl: Math.ceil(session.ttl) } }),
  })),
  'the ttl has no upper limit': changed(ttls, ({ session, ...rest }) => ({
    ...rest,
    ...(session && { session: { ...session, ttl: Math.min(session.ttl, 60) } }),
  })),
  'the payload is not checked': stored(payloads, { payload: '' }),
  'lone surrogates are replaced': changed(payloads, ({ session, ...rest }) => ({
    ...rest,
    ...(session && { session: { ...session, payload: session.payload?.toWellFormed?.() } }),
  })),
  'the user key is not checked': stored(userKeys, { userKey: '0'.repeat(64) }),
  'findByUser finds nobody under a wrong user key': {
    fails: [userKeys],
    wrap: (store) => ({
      findByUser: async (it) => (/^[0-9a-f]{64}$/.test(it) ? store.findByUser(it) : []),
    }),
  },
}

/** Checks other arguments than those that were given. */
function changed(caseId: string, change: (given: StoreArguments) => StoreArguments): Mutant {
  return { fails: [caseId], rules: { check: (given) => checkStoreArguments(change(given)) } }
}

/** Checks the session as if it had these parts. */
function stored(caseId: string, parts: Partial<SessionToStore>): Mutant {
  return changed(caseId, ({ session, ...rest }) => ({
    ...rest,
    ...(session && { session: { ...session, ...parts } }),
  }))
}
