import { readFileSync } from 'node:fs'
import { parseCommandLine, usage } from './command-line.ts'
import { superviseRun } from './supervised-run.ts'

process.exitCode = await run(process.argv.slice(2))

async function run(args: readonly string[]): Promise<number> {
  try {
    const line = parseCommandLine(args)
    if (line === 'help') process.stdout.write(usage)
    else if (line === 'version') process.stdout.write(`${version()}\n`)
    else return superviseRun(args)
    return 0
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    process.stderr.write(
      `mako-conformance: ${error.message}\nmako-conformance --help lists the arguments\n`,
    )
    return 2
  }
}

function version(): string {
  const manifest = new URL('../../package.json', import.meta.url)
  return JSON.parse(readFileSync(manifest, 'utf8')).version
}
