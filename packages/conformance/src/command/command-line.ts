import { parseArgs } from 'node:util'
import { type ReportFormat, reportFormats } from '../report/format-report.ts'
import type { RunOptions } from '../run-options.ts'

/** The text of `--help`. */
export const usage = `Usage: mako-conformance <subject module> [options]

Runs the cases of the suite, one after the other, against the store that the export
"subject" of the module describes.

  --only <id>        runs this case only; can be given several times
  --seed <number>    uses the random numbers of an earlier run again
  --edition <number> reports failures of newer cases as advice
  --format <format>  the format of what is printed: ${reportFormats.join(', ')} (default: text)
  --report <file>    writes the report to a file too, as json
  --help, --version

Ends with 0 when no case failed, 1 when one did, and 2 when the run itself went wrong or
nothing was run.
`

/** The arguments of a run. */
export interface CommandLine {
  readonly module: string
  readonly options: Pick<RunOptions, 'only' | 'seed' | 'edition'>
  readonly format: ReportFormat
  readonly reportFile: string | undefined
}

/**
 * Reads the arguments of the command: those of a run, or which text to print instead.
 * @throws {TypeError} when an argument is unknown or wrong.
 */
export function parseCommandLine(args: readonly string[]): CommandLine | 'help' | 'version' {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      only: { type: 'string', multiple: true },
      seed: { type: 'string' },
      edition: { type: 'string' },
      format: { type: 'string', default: 'text' },
      report: { type: 'string' },
      help: { type: 'boolean' },
      version: { type: 'boolean' },
    },
  })
  if (values.help) return 'help'
  if (values.version) return 'version'
  const [module, ...others] = positionals
  if (module === undefined) throw new TypeError('the path of a subject module is missing')
  if (others.length > 0)
    throw new TypeError(`only one subject module is allowed: ${others.join(' ')}`)
  const { only, seed, edition } = values
  return {
    module,
    options: {
      ...(only && { only }),
      ...(seed !== undefined && { seed: wholeNumber('--seed', seed) }),
      ...(edition !== undefined && { edition: wholeNumber('--edition', edition) }),
    },
    format: formatNamed(values.format),
    reportFile: values.report,
  }
}

function wholeNumber(name: string, text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new TypeError(`${name} takes a whole number, not "${text}"`)
}

function formatNamed(name: string): ReportFormat {
  const format = reportFormats.find((known) => known === name)
  if (format) return format
  throw new TypeError(`--format takes ${reportFormats.join(', ')}, not "${name}"`)
}
