import type { CaseResult, ConformanceReport } from '../conformance-report.ts'
import { countsOf, verdictOf, wordsOf } from './verdict.ts'

/**
 * A page: the verdict, a table of all cases, and the whole message of each failure. Equal results give the
 * same page, because it has no times.
 */
export function markdownOf(report: ConformanceReport): string {
  const { subject, results } = report
  const failures = results.flatMap(({ error }) => (error ? [fenced(error.message)] : []))
  const table = ['| case | clause | result |', '|---|---|---|', ...results.map(row)].join('\n')
  const verdict = `This store is ${verdictOf(report)} of the mako-session conformance suite: ${countsOf(report)}.`
  return `${[`# ${inline(subject)}`, verdict, table, ...failures].join('\n\n')}\n`
}

function row({ id, title, clause, status, advisory, reason }: CaseResult): string {
  const notes = [advisory && 'advisory', reason && inline(reason)].filter((note) => note)
  const result = [wordsOf(status), ...notes].join(', ')
  return `| \`${id}\`: ${inline(title)} | ${clause} | ${result} |`
}

function inline(text: string): string {
  return text.replaceAll(/[\\|`*_<[]/g, '\\$&').replaceAll(/\s+/g, ' ')
}

/** The text in a code block, with a fence that is longer than any row of backticks in the text. */
function fenced(text: string): string {
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), ([ticks]) => ticks.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}\n${text}\n${fence}`
}
