import { join } from 'node:path'
import { answers } from './answers.ts'
import { serverProgram } from './server-program.ts'
import { TestServer } from './test-server.ts'

/**
 * Starts a Redis server that stores nothing on disk, unless `args` change that. `args` are arguments of
 * `redis-server`, such as `['--maxmemory', '3mb']`.
 * @throws {MissingProgramError} where there is no `redis-server`.
 */
export async function startRedis(args: readonly string[] = []): Promise<TestServer> {
  const program = await serverProgram({
    name: 'redis-server',
    debianPackage: 'redis-server',
    urlVariable: 'REDIS_URL',
  })
  return TestServer.launch(async ({ port, directory }) => {
    const socket = join(directory, 'socket')
    const own = [
      ...['--bind', '127.0.0.1', '--port', String(port), '--unixsocket', socket],
      ...['--dir', directory, '--save', ''],
    ]
    return {
      program,
      args: [...own, ...args],
      url: `redis://127.0.0.1:${port}`,
      // A server that is still loading its data answers with LOADING.
      isUp: () => answers(socket, 'PING\r\n', /PONG|NOAUTH/),
    }
  })
}
