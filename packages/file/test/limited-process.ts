import { statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { newKey, newSession, newUserKey } from '@mako-session/store-promises/new-session'
import { FileStore } from '../src/index.ts'
import { filesIn } from './files-in.ts'

/** Longer than a scenario takes on the slowest machine. */
const ttl = 86_400

/** Runs one scenario under the limits that a shell has set for this process, and prints its result. */
const scenarios = {
  /** Changes a session to one that is over the size limit, and then to a small one. */
  async tooLarge(directory: string) {
    const store = new FileStore(directory)
    const key = newKey()
    const session = newSession({ ttl })
    await store.create(key, session)
    const payload = 'x'.repeat(200_000)
    const large = newSession({ payload, userKey: newUserKey() })
    const outcome = await store.update(key, session.version, large).catch(codeOf)
    const created = await store.create(newKey(), newSession({ payload })).catch(codeOf)
    const kept = (await store.read(key))?.version === session.version
    const left = filesIn(directory).filter((path) => !path.includes('/users/')).length
    const small = await store.update(key, session.version, newSession())
    return { outcome, created, kept, left, small }
  },

  /** Changes a session on a full disk, removes the session, and creates it again. */
  async full(directory: string) {
    const store = new FileStore(directory)
    const key = newKey()
    const session = newSession({ ttl })
    await store.create(key, session)
    const filled = fill(`${directory}/filler`)
    const outcome = await store.update(key, session.version, newSession()).catch(codeOf)
    const kept = (await store.read(key))?.version === session.version
    const left = filesIn(directory).length
    await store.delete(key)
    const gone = (await store.read(key)) === undefined
    return { filled, outcome, kept, left, gone, again: await store.create(key, session) }
  },

  /** Changes 500 sessions at once. */
  async crowd(directory: string) {
    const store = new FileStore(directory)
    const sessions = Array.from({ length: 500 }, () => ({
      key: newKey(),
      old: newSession({ ttl }),
    }))
    for (const { key, old } of sessions) await store.create(key, old)
    const changes = sessions.map(({ key, old }) => ({ key, old, next: newSession({ ttl }) }))
    const outcomes = await Promise.all(
      changes.map(({ key, old, next }) => store.update(key, old.version, next).catch(codeOf)),
    )
    let intact = 0
    for (const [index, { key, old, next }] of changes.entries()) {
      const expected = outcomes[index] === true ? next : old
      if ((await store.read(key))?.version === expected.version) intact += 1
    }
    const others = outcomes.filter((outcome) => outcome !== true && outcome !== 'EMFILE')
    return { others, intact, left: filesIn(directory).length }
  },

  /** Returns the modes of all files and directories that the store made. */
  async modes(directory: string) {
    const store = new FileStore(`${directory}/sessions`)
    await store.create(newKey(), newSession({ userKey: newUserKey() }))
    const files = filesIn(`${directory}/sessions`)
    const directories = files.flatMap((path) => [dirname(path), dirname(dirname(path))])
    const modes = (paths: string[]) => [
      ...new Set(paths.map((path) => statSync(path).mode & 0o777)),
    ]
    return { files: modes(files), directories: modes(directories) }
  },
}

const [scenario = '', directory = ''] = process.argv.slice(2)
const run = Object.entries(scenarios).find(([name]) => name === scenario)?.[1]
process.stdout.write(JSON.stringify(await run?.(directory)))

function codeOf(error: NodeJS.ErrnoException): string | undefined {
  return error.code
}

function fill(path: string): string | undefined {
  try {
    for (;;) writeFileSync(path, Buffer.alloc(1_024), { flag: 'a' })
  } catch (error) {
    return error instanceof Error ? codeOf(error) : undefined
  }
}
