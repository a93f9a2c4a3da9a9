import { execFile } from 'node:child_process'
import { access, constants } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A server program, and the ways to get it. */
export interface ServerProgram {
  readonly name: string
  /** The package of Debian and Ubuntu that has the program. */
  readonly debianPackage: string
  /** The variable that may name a server to use instead of one that is started. */
  readonly urlVariable: 'REDIS_URL' | 'MYSQL_URL'
}

/** The program is missing and cannot be installed. The message says what to do. */
export class MissingProgramError extends Error {
  override readonly name = 'MissingProgramError'
}

/**
 * Resolves the path of a program. If it is not on `PATH`, it is installed with apt-get.
 * @throws {MissingProgramError} when that is not possible.
 */
export async function serverProgram(program: ServerProgram): Promise<string> {
  const found = await findProgram(program.name)
  if (found !== undefined) return found
  const failure = await install(program)
  const installed = await findProgram(program.name)
  if (installed !== undefined) return installed
  const { name, debianPackage, urlVariable } = program
  throw new MissingProgramError(
    `${name} is not on PATH, and ${failure}. Install it (Debian and Ubuntu: apt-get install ` +
      `${debianPackage}), or set ${urlVariable} to a server that may be written to; tests that stop ` +
      'or suspend their server, and those with several servers, need the program.',
  )
}

async function findProgram(name: string): Promise<string | undefined> {
  // Servers are in sbin, which many users do not have on their PATH.
  const directories = `${process.env.PATH}${delimiter}/usr/sbin${delimiter}/usr/local/sbin`
  for (const directory of directories.split(delimiter)) {
    const path = join(directory, name)
    const isProgram = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (isProgram) return path
  }
  return undefined
}

/** Tries to install the program. Resolves the reason to give if the program is missing afterwards. */
async function install({ name, debianPackage }: ServerProgram): Promise<string> {
  if (process.getuid?.() !== 0) return 'only root can install it'
  if ((await findProgram('apt-get')) === undefined) return 'there is no apt-get to install it with'
  const command =
    `command -v ${name} || { apt-get update && ` +
    `apt-get install -y --no-install-recommends ${debianPackage}; }`
  // Tests run at the same time: one of them installs the program, the others wait.
  const lock = join(tmpdir(), 'mako-session-apt.lock')
  process.stderr.write(`Installing ${debianPackage} with apt-get for ${name}\n`)
  return run('flock', [lock, 'sh', '-c', command], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    maxBuffer: 2 ** 26,
  }).then(
    () => 'apt-get did not install it',
    (error: unknown) => `apt-get failed (${String(error).slice(0, 500)})`,
  )
}
