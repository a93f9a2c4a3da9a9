import { fstatSync } from 'node:fs'
import { open, unlink } from 'node:fs/promises'

/**
 * Writes a file that was not there before, readable by this user alone whatever the umask. Leaves
 * nothing behind when it fails. `durable` waits until the bytes are on the disk.
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

/** Removes a file that is of no use any more, because of an error that matters more than this one. */
export async function discard(path: string): Promise<void> {
  await unlink(path).catch(() => undefined)
}
