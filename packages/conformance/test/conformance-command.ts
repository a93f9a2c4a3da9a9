import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../src/command/command-main.ts', import.meta.url))

/** The result of the command. */
export interface CommandResult {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the command in this folder, and resolves its result. */
export async function conformanceCommand(...args: readonly string[]): Promise<CommandResult> {
  return startCommand(...args).result
}

/** Starts the command in this folder. */
export function startCommand(...args: readonly string[]) {
  const child = spawn(process.execPath, [main, ...args], { cwd: import.meta.dirname })
  const result = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return {
    child,
    result: result.then(
      ([stdout, stderr, [exitCode]]): CommandResult => ({ exitCode, stdout, stderr }),
    ),
  }
}
