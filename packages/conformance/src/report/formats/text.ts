import type { CaseResult, ConformanceReport } from '../conformance-report.ts'
import { countsOf, verdictOf, wordsOf } from './verdict.ts'

/** The whole message of each failure, a line for each other case that did not pass, and the verdict. */
export function textOf(report: ConformanceReport): string {
  const { subject, seed, results } = report
  const paragraphs = [
    ...results.filter(({ status }) => status === 'failed').map(failure),
    results.flatMap(exception).join('\n'),
    `${subject} is ${verdictOf(report)}: ${countsOf(report)} (seed ${seed})`,
  ]
  return `${paragraphs.filter((paragraph) => paragraph !== '').join('\n\n')}\n`
}

function failure({ id, advisory, error }: CaseResult): string {
  return `${advisory ? 'ADVISORY' : 'FAILED'} ${error?.message ?? id}`
}

function exception({ id, status, reason }: CaseResult): string[] {
  return reason === undefined ? [] : [`${wordsOf(status)}: ${id} (${reason})`]
}
