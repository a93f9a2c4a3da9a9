import type { Store, UserIndex } from '@mako-session/core'
import type { Environment, Subject } from '../src/subject.ts'
import { virtualClock } from '../src/virtual-clock.ts'
import type { Methods, Mutant } from './mutant.ts'
import { ReferenceBackend, ReferenceStore } from './reference-store.ts'

/** The reference store as a subject; with a mutant, what that has wrong. */
export function mutantSubject(seed: number, mutant?: Mutant): Subject {
  let kept: ReferenceBackend | undefined
  return {
    name: 'the reference store',
    userIndex: true,
    async setup() {
      const backend = kept ?? new ReferenceBackend(seed)
      if (mutant?.harness === 'keeps the area') kept = backend
      return environmentOf(backend, mutant)
    },
  }
}

function environmentOf(backend: ReferenceBackend, mutant: Mutant | undefined): Environment {
  const idOf = (namespace: string, key: string) =>
    new ReferenceStore(backend, namespace, mutant?.rules).id(key)
  return {
    time: mutant?.harness === 'time stands still' ? virtualClock() : backend.time,
    async open(namespace = 'main') {
      const shared = mutant?.harness === 'handles share nothing' ? new ReferenceBackend(1) : backend
      const handle = new ReferenceStore(shared, namespace, mutant?.rules)
      return withMethods(handle, mutant?.wrap?.(handle, backend))
    },
    peek: async (namespace, key) => backend.rows.has(idOf(namespace, key)),
    async plant(namespace, key) {
      const record = { version: 'v', payload: 'not ours', userKey: undefined, deadline: Infinity }
      backend.rows.set(idOf(namespace, key), { ...record, namespace, key, foreign: true })
    },
    async dispose() {},
  }
}

/** The store, with the mutant's methods on a front of its own: those call the right ones behind it. */
function withMethods(store: ReferenceStore, methods: Methods = {}): Store {
  const front: Store & Partial<UserIndex> = {
    read: (key) => store.read(key),
    create: (key, session) => store.create(key, session),
    update: (key, expectedVersion, session) => store.update(key, expectedVersion, session),
    delete: (key) => store.delete(key),
    gc: (signal) => store.gc(signal),
    findByUser: (userKey) => store.findByUser(userKey),
  }
  return Object.assign(front, methods)
}
