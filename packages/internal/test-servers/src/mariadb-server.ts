import { execFile } from 'node:child_process'
import { chmod, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { answers } from './answers.ts'
import { serverProgram } from './server-program.ts'
import { TestServer } from './test-server.ts'

const run = promisify(execFile)

/**
 * Starts a MariaDB server with the user `root`, no password and the database `test`. Acknowledged writes
 * survive a crash of the server, but not of the machine. `args` are arguments of `mariadbd`, such as
 * `['--sql-mode=']`.
 * @throws {MissingProgramError} where there is no `mariadbd`.
 */
export async function startMariaDb(args: readonly string[] = []): Promise<TestServer> {
  const program = await mariaDbProgram('mariadbd')
  const initializer = await mariaDbProgram('mariadb-install-db')
  return TestServer.launch(async ({ port, directory }) => {
    const data = join(directory, 'data')
    // mariadbd refuses to run as root. The user of its package, who runs it then, needs access to its data.
    // A starting server removes all temporary tables in its tmpdir, so each server needs its own.
    const temporary = join(directory, 'tmp')
    await mkdir(temporary)
    await chmod(temporary, 0o1777)
    const common = [
      ...['--no-defaults', '--skip-name-resolve'],
      ...[`--datadir=${data}`, `--tmpdir=${temporary}`],
    ]
    if (process.getuid?.() === 0) common.push('--user=mysql')
    await chmod(directory, 0o711)
    await run(initializer, [...common, '--auth-root-authentication-method=normal'])
    const socket = join(data, 'socket')
    const own = [
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      `--socket=${socket}`,
      `--pid-file=${join(data, 'pid')}`,
      '--max-connections=500',
      // Long limits: the server must not close the connection of a client that gets no CPU for a while.
      ...['--connect-timeout=600', '--net-read-timeout=600', '--net-write-timeout=600'],
      '--innodb-flush-log-at-trx-commit=2',
    ]
    return {
      program,
      args: [...common, ...own, ...args],
      url: `mysql://root@127.0.0.1:${port}/test`,
      // The greeting of a server that takes connections names the method to sign in.
      isUp: () => answers(socket, '', /mysql_native_password/),
    }
  })
}

function mariaDbProgram(name: string): Promise<string> {
  return serverProgram({ name, debianPackage: 'mariadb-server', urlVariable: 'MYSQL_URL' })
}
