import type { Dirent } from 'node:fs'
import { lstat, opendir, rmdir, unlink } from 'node:fs/promises'
import {
  type FileLayout,
  keyPattern,
  parseName,
  shardPattern,
  userKeyPattern,
} from './file-layout.ts'
import { withLockIfFree } from './file-lock.ts'
import { hasCode, ignoreMissing } from './has-code.ts'
import { fetchHead, type RecordHead, readHead } from './record-file.ts'
import type { UserMarkers } from './user-markers.ts'

/** A lock or half-written file is removed at this age: no living process is still writing it then. */
const leftoverAgeMs = 3_600_000

/**
 * Removes sessions that are over, file after file. It never waits for the lock of another process: a
 * session that is being changed is left to the next run.
 */
export class FileGc {
  readonly #layout: FileLayout
  readonly #markers: UserMarkers
  readonly #clock: () => number

  constructor(layout: FileLayout, markers: UserMarkers, clock: () => number) {
    this.#layout = layout
    this.#markers = markers
    this.#clock = clock
  }

  /** Goes through all files, or until `signal` is aborted. Resolves how many records it removed. */
  async run(signal: AbortSignal | undefined): Promise<number> {
    const { root, users } = this.#layout
    let removed = 0
    for await (const shard of entries(root, signal)) {
      if (!isDirectoryNamed(shard, shardPattern)) continue
      for await (const { name } of entries(`${root}/${shard.name}`, signal)) {
        if (await this.#collect(`${root}/${shard.name}/${name}`, name)) removed += 1
      }
    }
    for await (const user of entries(users, signal)) {
      if (isDirectoryNamed(user, userKeyPattern)) await this.#collectMarkers(user.name, signal)
    }
    return removed
  }

  /** Resolves whether a record was removed. */
  async #collect(path: string, name: string): Promise<boolean> {
    const parsed = parseName(name)
    switch (parsed?.kind) {
      case 'record':
        return this.#collectRecord(path, parsed.key)
      case 'temporary':
        if (await this.#isLeftover(path)) await unlink(path).catch(ignoreMissing)
        return false
      case 'lock':
        await this.#collectLock(path, this.#layout.lock(parsed.key))
        return false
      default:
        return false
    }
  }

  async #collectRecord(path: string, key: string): Promise<boolean> {
    const head = await fetchHead(path)
    if (head && !this.#isOver(head)) return false
    if (!head && !(await this.#isLeftover(path))) return false
    const removed = await withLockIfFree(this.#layout.lock(key), async () => {
      const current = readHead(path)
      const isUnwanted = current ? this.#isOver(current) : !head
      if (!isUnwanted) return false
      await unlink(path).catch(ignoreMissing)
      if (current?.userKey !== undefined) await this.#markers.remove(current.userKey, key)
      return current !== undefined
    })
    return removed === true
  }

  /**
   * We saw this file before we got the lock. Its owner is dead or has released, so it is no longer
   * needed. The lock itself is removed when we release it.
   */
  async #collectLock(path: string, lock: string): Promise<void> {
    if (!(await this.#isLeftover(path))) return
    const wasFree = await withLockIfFree(lock, async () => true)
    if (wasFree && path !== lock) await unlink(path).catch(ignoreMissing)
  }

  async #collectMarkers(userKey: string, signal: AbortSignal | undefined): Promise<void> {
    const directory = this.#layout.user(userKey)
    for await (const { name: key } of entries(directory, signal)) {
      if (!keyPattern.test(key)) continue
      const record = this.#layout.record(key)
      if ((await fetchHead(record))?.userKey === userKey) continue
      await withLockIfFree(this.#layout.lock(key), async () => {
        if (readHead(record)?.userKey !== userKey) await this.#markers.remove(userKey, key)
      }).catch(ignoreMissing)
    }
    await rmdir(directory).catch(ignoreNotEmpty)
  }

  #isOver(head: RecordHead): boolean {
    return this.#clock() >= head.endsAt
  }

  async #isLeftover(path: string): Promise<boolean> {
    const stats = await lstat(path).catch(ignoreMissing)
    if (!stats?.isFile() && !stats?.isSymbolicLink()) return false
    return this.#clock() - stats.mtimeMs > leftoverAgeMs
  }
}

/** The entries of a directory, read a few at a time, until `signal` is aborted. */
async function* entries(path: string, signal: AbortSignal | undefined): AsyncGenerator<Dirent> {
  const directory = await opendir(path).catch(ignoreMissing)
  if (!directory) return
  for await (const entry of directory) {
    if (signal?.aborted) return
    yield entry
  }
}

function isDirectoryNamed(entry: Dirent, pattern: RegExp): boolean {
  return pattern.test(entry.name) && entry.isDirectory()
}

function ignoreNotEmpty(error: unknown): void {
  if (!hasCode(error, 'ENOTEMPTY', 'EEXIST')) ignoreMissing(error)
}
