import { fstatSync } from 'node:fs'
import { open, unlink } from 'node:fs/promises'

/**
 * Writes a new file that only this user can read, whatever the umask is; rejects where the file exists.
 * Removes the file again when writing fails. With `durable`, waits until the bytes are on the disk.
 */
export async function writeNewFile(path: string, bytes: Buffer, durable: boolean): Promise<void> {
  const handle = await open(path, 'wx', 0o600)
  try {
    try {
      if ((fstatSync(handle.fd).mode & 0o777) !== 0o600) await handle.chmod(0o600)
      await handle.writeFile(bytes)
      if (durable) await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (error) {
    await discard(path)
    throw error
  }
}

/** Removes a file after an error. An error of the removal is dropped: the caller throws the first one. */
export async function discard(path: string): Promise<void> {
  await unlink(path).catch(() => undefined)
}
