import { lstatSync, type Stats, statSync } from 'node:fs'
import { chmod, mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Makes directories that only this user can enter, and refuses those that others can write to. */
export class PrivateDirectories {
  readonly #root: string
  readonly #durable: boolean
  readonly #ready = new Set<string>()

  constructor(root: string, durable: boolean) {
    this.#root = root
    this.#durable = durable
  }

  /** Makes or checks the directory, once, unless {@link forget} is called. */
  async prepare(path: string): Promise<void> {
    if (this.#ready.has(path)) return
    await this.prepareAgain(path)
    this.#ready.add(path)
  }

  /**
   * Makes or checks the directory.
   *
   * @throws {Error} when it belongs to another user or others can write to it.
   */
  async prepareAgain(path: string): Promise<void> {
    const made = await mkdir(path, { recursive: true, mode: 0o700 })
    const isRoot = path === this.#root
    if (made !== undefined) await chmod(path, 0o700)
    // The store as a whole may lie elsewhere, behind a link; inside it there are none.
    else refuseShared(path, isRoot ? statSync(path) : lstatSync(path))
    // Whoever else made a directory may not have come so far yet.
    if (this.#durable && (made !== undefined || !isRoot)) await syncDirectory(dirname(path))
  }

  /** Makes {@link prepare} look again: a directory was removed. */
  forget(): void {
    this.#ready.clear()
  }
}

/** Waits until the names in a directory are on the disk. */
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
