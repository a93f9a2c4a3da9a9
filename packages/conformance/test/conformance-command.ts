import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../src/command/command-main.ts', import.meta.url))

/** What the command came to. */
export interface CommandResult {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the command as a shell does, in this folder. */
export async function conformanceCommand(...args: readonly string[]): Promise<CommandResult> {
  return startCommand(...args).result
}

/** Starts it. */
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
