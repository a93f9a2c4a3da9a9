import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SessionToStore, Store, StoredSession } from '@mako-session/core'

const queues = new Map<string, Promise<unknown>>()

/** A file store whose writers wait for each other, but only for those of their own process. */
export function openStore(_: string, root = '.'): Store {
  const path = (key: string) => join(root, key)
  const readRecord = (key: string) => readFile(path(key), 'utf8').then(parse, () => undefined)
  const write = (key: string, session: SessionToStore) =>
    writeFile(path(key), JSON.stringify(session)).then(() => true)
  return {
    read: readRecord,
    create: (key, session) =>
      queued(key, async () => !(await readRecord(key)) && write(key, session)),
    update: (key, expected, session) =>
      queued(key, async () => (await readRecord(key))?.version === expected && write(key, session)),
    delete: async () => {},
    gc: async () => 0,
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

function parse(text: string): StoredSession | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
