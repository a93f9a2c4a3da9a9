import { randomBytes } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Reads the secret from a file that only this user can read. Makes secret and file if there are none. */
export async function keptSecret(path: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true })
  const temporary = `${path}.${randomBytes(8).toString('hex')}`
  const secret = randomBytes(32).toString('hex')
  await writeFile(temporary, secret, { mode: 0o600, flag: 'wx' })
  try {
    // Unlike a rename, a link never replaces an existing secret. The file is complete when it gets its name.
    await link(temporary, path)
    return secret
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
      return await readFile(path, 'utf8')
    }
    throw error
  } finally {
    await rm(temporary)
  }
}
