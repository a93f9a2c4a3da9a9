import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { type ConformanceReport, formatReport } from '@mako-session/conformance'
import { packagesPath, readmePath, reportPath } from './paths.ts'
import { tableRow, withTable } from './store-table.ts'
import { type ReportedStore, stores } from './stores.ts'

const command = 'conformance/src/command/command-main.ts'

const rows: string[] = []
for (const store of stores) {
  const report = test(store)
  const markdown = formatReport(report, 'markdown')
  mkdirSync(dirname(reportPath(store.name, 'md')), { recursive: true })
  writeFileSync(reportPath(store.name, 'md'), markdown)
  writeFileSync(reportPath(store.name, 'svg'), formatReport(report, 'badge'))
  rows.push(tableRow(store, markdown))
}
writeFileSync(readmePath, withTable(readFileSync(readmePath, 'utf8'), rows))

/** Runs the conformance command. @throws when the store is not conformant. */
function test({ subjectModule }: ReportedStore): ConformanceReport {
  const args = [...process.execArgv, command, subjectModule, '--format=json']
  const { stdout, error } = spawnSync(process.execPath, args, {
    cwd: packagesPath,
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  })
  if (error) throw error
  const report: ConformanceReport = JSON.parse(stdout)
  process.stdout.write(formatReport(report, 'text'))
  if (report.conformant) return report
  throw new Error(`${report.subject} is not conformant: no report of it was written`)
}
