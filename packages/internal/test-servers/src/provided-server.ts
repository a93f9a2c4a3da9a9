import { startMariaDb } from './mariadb-server.ts'
import { startRedis } from './redis-server.ts'
import { MissingProgramError } from './server-program.ts'

/** A server for tests or demos: a new one, or one that a variable names. */
export interface ProvidedServer {
  readonly url: string
  /** Ends the server if it was started for the caller. */
  stop(): Promise<void>
}

/**
 * Starts a Redis server. Without the program `redis-server` it takes the server that `REDIS_URL` names.
 * @throws {MissingProgramError} where there is neither.
 */
export function provideRedis(): Promise<ProvidedServer> {
  return provide(startRedis, process.env.REDIS_URL)
}

/**
 * Starts a MariaDB server. Without the program `mariadbd` it takes server and database of `MYSQL_URL`.
 * @throws {MissingProgramError} where there is neither.
 */
export function provideMariaDb(): Promise<ProvidedServer> {
  return provide(startMariaDb, process.env.MYSQL_URL)
}

async function provide(
  start: () => Promise<ProvidedServer>,
  url: string | undefined,
): Promise<ProvidedServer> {
  try {
    return await start()
  } catch (error) {
    if (!(error instanceof MissingProgramError) || !url) throw error
    return { url, stop: async () => {} }
  }
}
