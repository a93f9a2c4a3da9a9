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

/** What dead processes left is removed when it is so old that no living one can still be at it. */
const leftoverAgeMs = 3_600_000

/**
 * Removes what is over, file after file, and never waits for a lock: what is being changed is looked at
 * again next time.
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

  /** Resolves how many records it removed until it was done or `signal` aborted. */
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

  /** An heir that is seen before the lock is had belongs to a chain that ends with it at the latest. */
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

/** What lies in a directory, read little by little until `signal` aborts. */
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
