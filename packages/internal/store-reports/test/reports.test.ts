import { readFileSync } from 'node:fs'
import { cases, edition } from '@mako-session/conformance'
import { describe, expect, it } from 'vitest'
import { readmePath, reportPath } from '../src/paths.ts'
import { rowsOf, tableRow } from '../src/store-table.ts'
import { stores } from '../src/stores.ts'

const renewal = 'run: npx --yes pnpm@10 reports'

describe('docs/conformance', () => {
  it.each(stores)('shows $name conformant, in all cases of the suite', ({ name }) => {
    const report = readFileSync(reportPath(name, 'md'), 'utf8')
    const rows = Array.from(report.matchAll(/^\| `(.*?)`: .* \| (.*) \|$/gm))
    expect(
      rows.map(([, id]) => id),
      renewal,
    ).toEqual(cases.map(({ id }) => id))
    for (const [, id, result] of rows) expect(result, id).toMatch(/^(passed|not shown, .*)$/)
    expect(report).toMatch(`This store is conformant with edition ${edition} of`)
    expect(readFileSync(reportPath(name, 'svg'), 'utf8')).toMatch(
      `>conformant with edition ${edition}<`,
    )
  })
})

describe('The table of stores in README.md', () => {
  it('has the results that the reports have', () => {
    const rows = stores.map((store) =>
      tableRow(store, readFileSync(reportPath(store.name, 'md'), 'utf8')),
    )
    expect(rowsOf(readFileSync(readmePath, 'utf8')), renewal).toEqual(rows)
  })
})
