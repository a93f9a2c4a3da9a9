import { constants } from 'node:os'
import { parseCommandLine } from './command-line.ts'
import { runCommand } from './command-run.ts'
import type { RunTurn } from './run-turn.ts'

const stop = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => stop.abort(constants.signals[name]))
}
// The supervising process is gone, so this run could no longer be stopped.
process.on('disconnect', () => process.exit())
process.channel?.unref()

tell({ exitCode: await run() }, () => process.exit())

async function run(): Promise<number> {
  try {
    const line = parseCommandLine(process.argv.slice(2))
    if (typeof line === 'string')
      throw new TypeError(`the arguments ask for --${line} and not for a run`)
    const { output, isGreen } = await runCommand(line, stop.signal, tell)
    await written(process.stdout, output)
    return isGreen ? 0 : 1
  } catch (error) {
    if (stop.signal.aborted) return 128 + stop.signal.reason
    const message = error instanceof Error ? error.message : String(error)
    await written(process.stderr, `mako-conformance: ${message}\n`)
    return 2
  }
}

function tell(turn: RunTurn, done?: () => void): void {
  process.send?.(turn, () => done?.())
}

function written(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve) => stream.write(text, () => resolve()))
}
