import type { Store } from '@mako-session/core'
import { openStore as openRightStore } from '../reference-worker.ts'

const queues = new Map<string, Promise<unknown>>()

/** A store whose writers wait for other writers of the same process, but not for those of other processes. */
export function openStore(namespace: string, port: string): Store {
  const store = openRightStore(namespace, port)
  return {
    ...store,
    update: (key, expectedVersion, session) =>
      queued(key, async () => {
        const first = await store.read(key)
        if (first?.version !== expectedVersion) return false
        // Replaces the record also where another process has written since the read.
        for (let current = first.version; ; ) {
          if (await store.update(key, current, session)) return true
          current = (await store.read(key))?.version ?? ''
        }
      }),
  }
}

function queued<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
  const turn = (queues.get(key) ?? Promise.resolve()).then(work)
  queues.set(
    key,
    turn.catch(() => {}),
  )
  return turn
}
