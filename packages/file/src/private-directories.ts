import { lstatSync, type Stats, statSync } from 'node:fs'
import { chmod, mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Makes directories that only this user can enter, and refuses directories that other users can write to. */
export class PrivateDirectories {
  readonly #root: string
  readonly #durable: boolean
  readonly #ready = new Set<string>()

  constructor(root: string, durable: boolean) {
    this.#root = root
    this.#durable = durable
  }

  /** Makes or checks the directory the first time, and the first time after {@link forget}. */
  async prepare(path: string): Promise<void> {
    if (this.#ready.has(path)) return
    await this.prepareAgain(path)
    this.#ready.add(path)
  }

  /**
   * Makes or checks the directory.
   *
   * @throws {Error} when it is no directory, belongs to another user, or other users can write to it.
   */
  async prepareAgain(path: string): Promise<void> {
    const made = await mkdir(path, { recursive: true, mode: 0o700 })
    const isRoot = path === this.#root
    if (made !== undefined) await chmod(path, 0o700)
    // The store's own directory may be a symbolic link. A link inside it is refused.
    else refuseShared(path, isRoot ? statSync(path) : lstatSync(path))
    // Another process may have made it a moment ago and not fsynced the parent yet: do it here too.
    if (this.#durable && (made !== undefined || !isRoot)) await syncDirectory(dirname(path))
  }

  /** Makes {@link prepare} look again at every directory. To be called when one was removed. */
  forget(): void {
    this.#ready.clear()
  }
}

/** Waits until the entries of a directory are on the disk. */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function refuseShared(path: string, stats: Stats): void {
  const user = process.geteuid?.()
  if (!stats.isDirectory()) throw new Error(`${path} is not a directory: remove it`)
  if (user === undefined) return
  if (stats.uid !== user) {
    throw new Error(
      `The session directory ${path} belongs to user ${stats.uid}, this process runs as ${user}: chown it, or use another directory`,
    )
  }
  if ((stats.mode & 0o022) !== 0) {
    throw new Error(
      `Other users can write to the session directory ${path}: chmod it to 700, or use another directory`,
    )
  }
}
