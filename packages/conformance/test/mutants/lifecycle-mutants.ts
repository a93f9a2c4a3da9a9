import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { connect } from 'node:net'
import type { Methods, Mutant } from '../mutant.ts'
import type { ReferenceStore } from '../reference-store.ts'

/** Stores with side effects in the constructor, stores that keep the process alive or close the client. */
export const lifecycleMutants: Readonly<Record<string, Mutant>> = {
  'the constructor starts a timer': constructing(() => {
    setTimeout(() => {}, 1).unref()
  }),
  'the constructor looks at a file': constructing(() => {
    existsSync('/')
  }),
  'the constructor opens a file later': constructing(() => {
    queueMicrotask(() => void stat('/'))
  }),
  'the constructor connects': constructing(() => {
    connect(9, '127.0.0.1')
      .on('error', () => {})
      .destroy()
  }),
  'the constructor listens for the end of the process': constructing(() => {
    const listener = () => {}
    process.on('exit', listener)
    queueMicrotask(() => process.off('exit', listener))
  }),
  'a store that was constructed in an outage stays broken': {
    fails: ['lifecycle/constructor-does-no-io'],
    wrap(store) {
      const ready = store.gc()
      ready.catch(() => {})
      return { read: (key) => ready.then(() => store.read(key)) }
    },
  },
  'a timer keeps the process alive': inProcess('keeps-a-timer', /is alive, and holds .*Timeout/),
  'a listener keeps the process alive': inProcess(
    'keeps-a-listener',
    /is alive, and holds .*TCPServerWrap/,
  ),
  'the process ends with an error': {
    fails: ['lifecycle/does-not-keep-the-process-alive'],
    worker: 'fails-at-the-end',
  },
  'close closes the client': closing((store) => ({ close: () => closeClient(store) })),
  'gc closes the client when it is aborted': closing((store) => ({
    async gc(signal) {
      if (!signal?.aborted) return store.gc(signal)
      closeClient(store)
      return 0
    },
  })),
  'a refused update closes the client': closing((store) => ({
    async update(key, expectedVersion, session) {
      const updated = await store.update(key, expectedVersion, session)
      if (!updated) closeClient(store)
      return updated
    },
  })),
}

function constructing(act: () => void): Mutant {
  return {
    fails: ['lifecycle/constructor-does-no-io'],
    wrap() {
      act()
      return {}
    },
  }
}

function closing(wrap: (store: ReferenceStore) => Methods): Mutant {
  return { fails: ['lifecycle/does-not-close-its-client'], wrap }
}

function inProcess(worker: string, staysAlive: RegExp): Mutant {
  return { fails: ['lifecycle/does-not-keep-the-process-alive'], worker, staysAlive }
}

function closeClient({ client }: ReferenceStore): void {
  client.isClosed = true
}
