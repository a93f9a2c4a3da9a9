import type { CaseResult, ConformanceReport } from '../conformance-report.ts'
import { wordsOf } from './verdict.ts'
import { xmlText } from './xml-text.ts'

/**
 * The XML of JUnit, as Jenkins, GitLab and GitHub Actions read it. A case that did not run, that is known to
 * fail, or whose failure is only advice is `skipped`.
 */
export function junitOf({ subject, seed, results }: ConformanceReport): string {
  const suite = attributes({
    name: subject,
    tests: results.length,
    failures: results.filter(failed).length,
    skipped: results.filter((result) => result.status !== 'passed' && !failed(result)).length,
    time: seconds(results.reduce((sum, { durationMs }) => sum + durationMs, 0)),
  })
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    `  <testsuite${suite}>`,
    `    <properties><property name="seed" value="${seed}"/></properties>`,
    ...results.map(testCase),
    '  </testsuite>',
    '</testsuites>',
  ]
  return `${lines.join('\n')}\n`
}

function testCase(result: CaseResult): string {
  const { id, title, status, durationMs } = result
  const [group = ''] = id.split('/')
  const facts = { classname: group, name: `${id}: ${title}`, time: seconds(durationMs) }
  const start = `    <testcase${attributes(facts)}`
  if (status === 'passed') return `${start}/>`
  return `${start}>${failed(result) ? failure(result) : skipped(result)}</testcase>`
}

function failed({ status, advisory }: CaseResult): boolean {
  return status === 'failed' && !advisory
}

function failure({ error }: CaseResult): string {
  const [first = '', ...more] = (error?.message ?? '').split('\n')
  const what = more[0] ?? first
  return `<failure${attributes({ message: what })}>${xmlText(error?.message ?? '')}</failure>`
}

function skipped({ status, advisory, reason, error }: CaseResult): string {
  const message = `${advisory ? 'advisory' : wordsOf(status)}: ${reason ?? error?.message}`
  return `<skipped${attributes({ message })}/>`
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${xmlText(String(value))}"`)
    .join('')
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(3)
}
