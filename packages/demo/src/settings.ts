import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What the environment says. */
export interface Settings {
  /** 0 for any free one. */
  readonly port: number
  /** Where the sessions are kept. */
  readonly directory: string
  /** The application secret, if it was given. */
  readonly secret: string | undefined
}

const packageDirectory = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const minSecretBytes = 32

/** @throws {RangeError} that names the variable and says what it has to be. */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const { PORT = '', SESSIONS_DIR = '', SESSION_SECRET = '' } = environment
  const port = PORT === '' ? 3_000 : Number(PORT)
  if (!/^\d*$/.test(PORT) || port > 65_535) {
    throw new RangeError(`PORT must be a whole number from 0 to 65535, not ${JSON.stringify(PORT)}`)
  }
  if (SESSION_SECRET !== '' && Buffer.byteLength(SESSION_SECRET) < minSecretBytes) {
    throw new RangeError(`SESSION_SECRET must have at least ${minSecretBytes} bytes`)
  }
  const directory =
    SESSIONS_DIR === '' ? resolve(packageDirectory, 'sessions') : resolve(SESSIONS_DIR)
  return { port, directory, secret: SESSION_SECRET || undefined }
}
