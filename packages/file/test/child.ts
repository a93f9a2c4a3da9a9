import { type ChildProcess, execFile, execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { onTestFinished } from 'vitest'

/** Starts a module of this directory as a process. It is killed when the test ends. */
export function startChild(module: string, ...given: string[]): ChildProcess {
  return started(fork(pathOf(module), given, { execArgv: [] }))
}

/** Like {@link startChild}, but with one thread for files: it does one thing with them after the other. */
export function startSingleThreaded(module: string, ...given: string[]): ChildProcess {
  const env = { ...process.env, UV_THREADPOOL_SIZE: '1' }
  return started(fork(pathOf(module), given, { execArgv: [], env }))
}

/** Starts what {@link compile} made: three times as fast as compiling at each start. */
export function startCompiled(path: string, ...given: string[]): ChildProcess {
  return started(fork(path, given, { execArgv: [], env: { ...process.env, NODE_OPTIONS: '' } }))
}

/** Compiles a module of this directory, with what it imports and the core, and returns the path to start. */
export function compile(module: string, directory: string): string {
  const tsc = join(createRequire(import.meta.url).resolve('typescript/package.json'), '../bin/tsc')
  const options =
    '--ignoreConfig --noCheck --module nodenext --target es2023 --types node --rewriteRelativeImportExtensions'
  const packages = fileURLToPath(new URL('../..', import.meta.url))
  const flags = [...options.split(' '), '--rootDir', packages, '--outDir', directory]
  const inputs = [pathOf(module), join(packages, 'core/src/index.ts')]
  execFileSync(process.execPath, [tsc, ...flags, ...inputs])
  writeFileSync(join(directory, 'package.json'), '{ "type": "module" }')
  const core = { type: 'module', exports: './src/index.js' }
  writeFileSync(join(directory, 'core/package.json'), JSON.stringify(core))
  mkdirSync(join(directory, 'node_modules/@mako-session'), { recursive: true })
  symlinkSync(join(directory, 'core'), join(directory, 'node_modules/@mako-session/core'))
  return join(directory, 'file/test', module.replace('.ts', '.js'))
}

export async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill('SIGKILL')
  await exit
}

/** Runs `setup` in a shell, then a module of this directory; resolves the JSON that the module prints. */
export async function runAfter(
  { setup, inside = [] }: ShellSetup,
  module: string,
  ...given: string[]
): Promise<unknown> {
  const shell = [...inside, 'sh', '-c', `set -e; ${setup}; exec "$@"`, 'sh', process.execPath]
  const [program = '', ...rest] = [...shell, pathOf(module), ...given]
  const { stdout } = await promisify(execFile)(program, rest)
  return JSON.parse(stdout)
}

export interface ShellSetup {
  readonly setup: string
  /** The command that runs the shell. */
  readonly inside?: readonly string[]
}

function started(child: ChildProcess): ChildProcess {
  onTestFinished(() => endChild(child))
  return child
}

function pathOf(module: string): string {
  return fileURLToPath(new URL(module, import.meta.url))
}
