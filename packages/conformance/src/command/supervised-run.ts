import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { RunTurn } from './run-turn.ts'

const main = new URL(`./command-run-main${import.meta.url.slice(-3)}`, import.meta.url)

/**
 * Carries a run out in a process of its own, so that a store that never gives control back, or ends the
 * process, ends no more than the run.
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
        complain(`${at} has kept the process busy for ${turn.seconds} seconds, and was killed`)
        child.kill('SIGKILL')
      }, turn.seconds * 1_000)
    }
  })
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => child.kill(name))
  const [code, signal] = await once(child, 'exit')
  clearTimeout(timer)
  if (exitCode !== undefined) return exitCode
  complain(`the process ended with ${signal ?? code} at ${at}, before the run was over`)
  return 2
}

function complain(text: string): void {
  process.stderr.write(`mako-conformance: ${text}\n`)
}
