import { mkdir, readdir, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import {
  checkStoreArguments,
  type SessionToStore,
  type Store,
  type StoredSession,
} from '@mako-session/core'

interface Row extends StoredSession {
  readonly deadline: number
}

/** Keeps each session in a file of a directory, for the processes of one machine. */
export class DirectoryStore implements Store {
  readonly #directory: string
  readonly #clock: () => number

  constructor(directory: string, clock: () => number = () => Date.now()) {
    this.#directory = directory
    this.#clock = clock
  }

  async read(key: string): Promise<StoredSession | undefined> {
    checkStoreArguments({ key })
    const row = await this.#live(key)
    return row && { version: row.version, payload: row.payload }
  }

  async create(key: string, session: SessionToStore): Promise<boolean> {
    checkStoreArguments({ key, session })
    return this.#locked(key, async () => {
      if (await this.#live(key)) return false
      return this.#write(key, session)
    })
  }

  async update(key: string, expectedVersion: string, session: SessionToStore): Promise<boolean> {
    checkStoreArguments({ key, expectedVersion, session })
    return this.#locked(key, async () => {
      const row = await this.#live(key)
      return row?.version === expectedVersion && this.#write(key, session)
    })
  }

  async delete(key: string): Promise<void> {
    checkStoreArguments({ key })
    return this.#locked(key, () => rm(this.#path(key), { force: true }))
  }

  async gc(signal?: AbortSignal): Promise<number> {
    let removed = 0
    await mkdir(this.#directory, { recursive: true })
    for (const name of await readdir(this.#directory)) {
      if (signal?.aborted) break
      if (/^[0-9a-f]{32}$/.test(name) && (await this.#collect(name))) removed += 1
    }
    return removed
  }

  #collect(key: string): Promise<boolean> {
    return this.#locked(key, async () => {
      if ((await this.#text(key)) === undefined || (await this.#live(key))) return false
      await unlink(this.#path(key))
      return true
    })
  }

  async #live(key: string): Promise<Row | undefined> {
    const row = parse(await this.#text(key))
    return row && this.#clock() < row.deadline ? row : undefined
  }

  async #text(key: string): Promise<string | undefined> {
    try {
      return await readFile(this.#path(key), 'utf8')
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined
      throw error
    }
  }

  // Writes another file and renames it: read takes no lock, and must not see a file that is half written.
  async #write(key: string, { version, payload, ttl }: SessionToStore): Promise<true> {
    const row: Row = { version, payload, deadline: this.#clock() + ttl * 1_000 }
    await writeFile(`${this.#path(key)}.new`, JSON.stringify(row))
    await rename(`${this.#path(key)}.new`, this.#path(key))
    return true
  }

  // Not ready for production: if a process dies while it has a lock, the lock stays for ever.
  async #locked<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    const lock = `${this.#path(key)}.lock`
    await mkdir(this.#directory, { recursive: true })
    while (!(await makesNew(lock))) await wait(1)
    return work().finally(() => unlink(lock))
  }

  #path(key: string): string {
    return join(this.#directory, key)
  }
}

async function makesNew(path: string): Promise<boolean> {
  try {
    await writeFile(path, '', { flag: 'wx' })
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  }
}

function parse(text: string | undefined): Row | undefined {
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
