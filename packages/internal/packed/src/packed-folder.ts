import { execFile } from 'node:child_process'
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { lock } from 'proper-lockfile'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../../../..', import.meta.url))
const clean = new URL('../clean', import.meta.url)
/** The environment of a user. `NODE_OPTIONS` is left out, because tests set it to run the sources. */
const { NODE_OPTIONS: _, ...env } = process.env

/** A folder outside the project in which packages of this project are installed as they are published. */
export class PackedFolder {
  readonly path: string
  /** The environment of a user's shell. */
  readonly env: NodeJS.ProcessEnv = env

  private constructor(path: string) {
    this.path = path
  }

  /** Builds, packs and installs packages. `names` are without the scope, such as `core`. */
  static create(...names: readonly string[]): Promise<PackedFolder> {
    return PackedFolder.copyOf(clean, ...names)
  }

  /** Like {@link create}, in a copy of a folder. It also installs what the folder's `package.json` names. */
  static async copyOf(source: URL, ...names: readonly string[]): Promise<PackedFolder> {
    const path = await mkdtemp(join(tmpdir(), 'mako-packed-'))
    await pack(names, path)
    const tarballs = (await readdir(path)).map((name) => join(path, name))
    await cp(source, path, { recursive: true })
    const folder = new PackedFolder(path)
    await folder.run('npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', ...tarballs)
    return folder
  }

  /** Runs a command in the folder, and resolves what it prints. */
  async run(command: string, ...args: readonly string[]): Promise<string> {
    return (await run(command, args, { cwd: this.path, env })).stdout
  }

  /** The names in a directory of `node_modules`, without the hidden files of npm. */
  async installed(directory = ''): Promise<string[]> {
    const names = await readdir(join(this.path, 'node_modules', directory))
    return names.filter((name) => !name.startsWith('.')).sort()
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true })
  }
}

/** The lock of a killed process is taken over after this time. A live process may get no CPU for a minute. */
const staleMs = 180_000

/** Packs under a lock of all processes, because each build writes the same files. */
async function pack(names: readonly string[], folder: string): Promise<void> {
  const release = await lock(root, {
    retries: { forever: true, minTimeout: 50, maxTimeout: 500 },
    stale: staleMs,
    update: 5_000,
  })
  const pnpm = (...args: string[]) => run('npx', ['--yes', 'pnpm@10', ...args], { cwd: root, env })
  const packages = names.map((name) => `@mako-session/${name}`)
  try {
    await pnpm(...packages.flatMap((name) => ['--filter', `${name}...`]), 'build')
    for (const name of packages) {
      await pnpm('--filter', name, 'pack', '--pack-destination', folder)
    }
  } finally {
    await release()
  }
}
