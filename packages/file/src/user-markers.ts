import { readdir, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type FileLayout, keyPattern } from './file-layout.ts'
import { hasCode, ignoreMissing } from './has-code.ts'
import { writeNewFile } from './new-file.ts'
import { type PrivateDirectories, syncDirectory } from './private-directories.ts'

/**
 * Empty files that say which sessions a user has. Whoever holds the lock of a session, and nobody else,
 * changes its markers: added before the record names the user, removed after it no longer does. So a
 * record never names a user without the marker, and only a process that died leaves one too many.
 */
export class UserMarkers {
  readonly #layout: FileLayout
  readonly #directories: PrivateDirectories
  readonly #durable: boolean

  constructor(layout: FileLayout, directories: PrivateDirectories, durable: boolean) {
    this.#layout = layout
    this.#directories = directories
    this.#durable = durable
  }

  async add(userKey: string, key: string): Promise<void> {
    const marker = this.#layout.marker(userKey, key)
    await this.#directories.prepare(this.#layout.users)
    for (;;) {
      await this.#directories.prepareAgain(dirname(marker))
      try {
        await writeNewFile(marker, Buffer.alloc(0), this.#durable)
        break
      } catch (error) {
        if (hasCode(error, 'EEXIST')) break
        // gc removed the directory, because it was empty.
        ignoreMissing(error)
      }
    }
    if (this.#durable) await syncDirectory(dirname(marker))
  }

  async remove(userKey: string, key: string): Promise<void> {
    await unlink(this.#layout.marker(userKey, key)).catch(ignoreMissing)
  }

  async list(userKey: string): Promise<readonly string[]> {
    const names = await readdir(this.#layout.user(userKey)).catch(ignoreMissing)
    return names?.filter((name) => keyPattern.test(name)) ?? []
  }
}
