import type { Store, UserIndex } from '@mako-session/core'
import type { Environment, Subject } from '../src/subject/subject.ts'
import { virtualClock } from '../src/subject/virtual-clock.ts'
import type { Methods, Mutant } from './mutant.ts'
import { ReferenceBackend } from './reference-backend.ts'
import { serveStores } from './reference-server.ts'
import { ReferenceStore } from './reference-store.ts'

/** The reference store as a subject. With a mutant, it has what the mutant has wrong. */
export function mutantSubject(seed: number, mutant: Mutant = { fails: [] }): Subject {
  let kept: ReferenceBackend | undefined
  const worker = mutant.worker ? `./broken/${mutant.worker}.ts` : './reference-worker.ts'
  return {
    name: 'the reference store',
    userIndex: true,
    worker: { module: new URL(worker, import.meta.url) },
    async setup() {
      const backend = kept ?? new ReferenceBackend(seed)
      if (mutant.harness === 'keeps the area') kept = backend
      return environmentOf(backend, mutant)
    },
  }
}

async function environmentOf(backend: ReferenceBackend, mutant: Mutant): Promise<Environment> {
  const connect = (namespace: string) => {
    const isAlone = mutant.harness === 'handles share nothing'
    const client = { backend: isAlone ? new ReferenceBackend(1) : backend, isClosed: false }
    return () => construct(new ReferenceStore(client, namespace, mutant.rules), mutant)
  }
  const open = (namespace: string) => connect(namespace)()
  const idOf = (namespace: string, key: string) =>
    new ReferenceStore({ backend, isClosed: false }, namespace, mutant.rules).id(key)
  const server = await serveStores(open)
  return {
    time: mutant.harness === 'time stands still' ? virtualClock() : backend.time,
    workerArg: String(server.port),
    open: async (namespace = 'main') => open(namespace),
    connect: async (namespace) => connect(namespace),
    faults: { set: async (mode) => backend.set(mode) },
    peek: async (namespace, key) => backend.rows.has(idOf(namespace, key)),
    work: async () => (mutant.harness === 'work stands still' ? 1 : backend.looks),
    async plant(namespace, key) {
      const record = { version: 'v', payload: 'not ours', userKey: undefined, deadline: Infinity }
      backend.rows.set(idOf(namespace, key), { ...record, namespace, key, foreign: true })
    },
    async dispose() {
      server.close()
    },
  }
}

/** An object with the methods of the store, some replaced by the mutant's. Those call the correct store. */
function construct(store: ReferenceStore, mutant: Mutant): Store {
  const methods: Methods = mutant.wrap?.(store, store.client.backend) ?? {}
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
