import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { RunTurn } from './run-turn.ts'

const main = new URL(`./command-run-main${import.meta.url.slice(-3)}`, import.meta.url)

/**
 * Runs the cases in a process of their own. So the command can still report when a store blocks that
 * process for ever, or ends it.
 *
 * @returns the exit code of the command.
 */
export async function superviseRun(args: readonly string[]): Promise<number> {
  const child = fork(main, args)
  let at = 'the import of the subject module'
  let exitCode: number | undefined
  let timer: NodeJS.Timeout | undefined
  child.on('message', (turn: RunTurn) => {
    clearTimeout(timer)
    if ('exitCode' in turn) exitCode = turn.exitCode
    else {
      at = turn.begins
      timer = setTimeout(() => {
        complain(
          `${at} has kept the process busy for ${turn.seconds} seconds, so the process was killed`,
        )
        child.kill('SIGKILL')
      }, turn.seconds * 1_000)
    }
  })
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => child.kill(name))
  const [code, signal] = await once(child, 'exit')
  clearTimeout(timer)
  if (exitCode !== undefined) return exitCode
  complain(`the process ended with ${signal ?? code} during ${at}, before the run was over`)
  return 2
}

function complain(text: string): void {
  process.stderr.write(`mako-conformance: ${text}\n`)
}
