import { startMariaDb } from './mariadb-server.ts'
import { startRedis } from './redis-server.ts'
import { MissingProgramError } from './server-program.ts'

/** A server to write to, wherever it comes from. */
export interface ProvidedServer {
  readonly url: string
  /** Ends it, where it was started for this. */
  stop(): Promise<void>
}

/**
 * Starts a Redis server; where there is no such program, the server is the one that `REDIS_URL` names.
 * @throws {MissingProgramError} where there is neither.
 */
export function provideRedis(): Promise<ProvidedServer> {
  return provide(startRedis, process.env.REDIS_URL)
}

/**
 * Starts a MariaDB server; where there is no such program, the server and database are those that `MYSQL_URL` names.
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
