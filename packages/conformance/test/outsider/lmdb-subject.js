import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { virtualClock } from '@mako-session/conformance/clock'
import { openDatabase, openEnvironment } from './lmdb-database.js'
import { LmdbStore } from './lmdb-store.js'

/** @type {import('@mako-session/conformance').Subject} */
export const subject = {
  name: 'LmdbStore',
  userIndex: true,
  worker: { module: new URL('./lmdb-worker.js', import.meta.url) },
  async setup() {
    const folder = await mkdtemp(join(tmpdir(), 'lmdb-store-'))
    const path = join(folder, 'sessions.mdb')
    const time = virtualClock()
    const environments = []
    const connect = () => {
      const environment = openEnvironment(path)
      environments.push(environment)
      return environment
    }
    // All calls of `peek` and `plant` share this environment, because some cases peek thousands of times.
    const inspector = connect()

    return {
      time,
      workerArg: path,
      async open(namespace = 'main') {
        return new LmdbStore(openDatabase(connect(), namespace), { clock: time.now })
      },
      async connect(namespace) {
        const database = openDatabase(connect(), namespace)
        return () => new LmdbStore(database, { clock: time.now })
      },
      async peek(namespace, key) {
        const database = openDatabase(inspector, namespace)
        database.resetReadTxn()
        return database.doesExist(['session', key])
      },
      async plant(namespace, key) {
        await openDatabase(inspector, namespace).put(['session', key], 'not a session')
      },
      async dispose() {
        for (const environment of environments) await environment.close()
        await rm(folder, { recursive: true })
      },
    }
  },
}
