import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A store that the demo can use. */
type StoreName = 'file' | 'redis' | 'database'

/** The settings of the demo, read from environment variables. */
export interface Settings {
  /** 0 for any free one. */
  readonly port: number
  /** Which store keeps the sessions. */
  readonly store: StoreName
  /** The directory of the file store. The secret is kept beside it, for every store. */
  readonly directory: string
  /** The server of the store, unless that is the file store. */
  readonly url: string
  /** How many seconds running requests may still take when the demo is stopped. */
  readonly stopGrace: number
  /** The application secret, if it was given. */
  readonly secret: string | undefined
}

const packageDirectory = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const minSecretBytes = 32
const urlVariables = { file: undefined, redis: 'REDIS_URL', database: 'MYSQL_URL' } as const

/** @throws {RangeError} that names the variable and says what it has to be. */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const { PORT = '', SESSIONS_DIR = '', SESSION_SECRET = '', STORE = 'file' } = environment
  const { STOP_GRACE = '2' } = environment
  const port = PORT === '' ? 3_000 : Number(PORT)
  if (!/^\d*$/.test(PORT) || port > 65_535) {
    throw new RangeError(`PORT must be a whole number from 0 to 65535, not ${JSON.stringify(PORT)}`)
  }
  if (SESSION_SECRET !== '' && Buffer.byteLength(SESSION_SECRET) < minSecretBytes) {
    throw new RangeError(`SESSION_SECRET must have at least ${minSecretBytes} bytes`)
  }
  const directory =
    SESSIONS_DIR === '' ? resolve(packageDirectory, 'sessions') : resolve(SESSIONS_DIR)
  if (!isStoreName(STORE)) {
    throw new RangeError(`STORE must be file, redis or database, not ${JSON.stringify(STORE)}`)
  }
  if (!/^\d{1,6}$/.test(STOP_GRACE)) {
    throw new RangeError(
      `STOP_GRACE must be a whole number of seconds below a million, not ${JSON.stringify(STOP_GRACE)}`,
    )
  }
  const url = urlOf(STORE, environment)
  const secret = SESSION_SECRET || undefined
  return { port, store: STORE, directory, url, stopGrace: Number(STOP_GRACE), secret }
}

function isStoreName(name: string): name is StoreName {
  return Object.hasOwn(urlVariables, name)
}

function urlOf(store: StoreName, environment: NodeJS.ProcessEnv): string {
  const variable = urlVariables[store]
  if (!variable) return ''
  const url = environment[variable]
  if (url !== undefined && URL.canParse(url)) return url
  throw new RangeError(
    `${variable} must be the URL of the server. "pnpm demo:${store}" starts a server of its own`,
  )
}
