import { readdir, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type FileLayout, keyPattern } from './file-layout.ts'
import { hasCode, ignoreMissing } from './has-code.ts'
import { writeNewFile } from './new-file.ts'
import { type PrivateDirectories, syncDirectory } from './private-directories.ts'

/**
 * Empty files that say which sessions a user has. Only the process that holds a session's lock changes
 * its markers: it adds one before the record names the user, and removes it after the record no longer
 * does. So a record never names a user without a marker. A process that dies in between leaves a marker
 * too many, which gc removes.
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
        // gc removed the directory because it was empty: make it again.
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
