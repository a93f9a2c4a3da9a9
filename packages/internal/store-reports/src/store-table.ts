import type { ReportedStore } from './stores.ts'

const start = '<!-- The stores, by `pnpm reports`: -->'
const end = '<!-- End of the stores. -->'

/** A line of the README's table, from the text of the store's report. */
export function tableRow({ name, packageName }: ReportedStore, report: string): string {
  const [, title] = /^# (.*)$/m.exec(report) ?? []
  const [, verdict, counts] =
    /^This store is (.*) of the mako-session .*: (.*)\.$/m.exec(report) ?? []
  const badge = `[![${verdict}](docs/conformance/${name}.svg)](docs/conformance/${name}.md)`
  return `| ${title}, [\`@mako-session/${packageName}\`](packages/${packageName}) | ${badge} | ${counts} |`
}

/** Returns the README with a new table. @throws when the marks of the table are missing. */
export function withTable(readme: string, rows: readonly string[]): string {
  const [before, , after] = parts(readme)
  const table = ['| store | | cases |', '|---|---|---|', ...rows].join('\n')
  return `${before}${start}\n\n${table}\n\n${end}${after}`
}

/** The rows of the README's table. */
export function rowsOf(readme: string): readonly string[] {
  return parts(readme)[1].trim().split('\n').slice(2)
}

function parts(readme: string): readonly [string, string, string] {
  const [before, rest] = readme.split(start)
  const [table, after] = rest?.split(end) ?? []
  if (before !== undefined && table !== undefined && after !== undefined)
    return [before, table, after]
  throw new Error(`README.md has no place for the table: ${start} … ${end}`)
}
