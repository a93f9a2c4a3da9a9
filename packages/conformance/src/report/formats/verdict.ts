import type { CaseStatus, ConformanceReport } from '../conformance-report.ts'

const words: Record<CaseStatus, string> = {
  passed: 'passed',
  failed: 'failed',
  'known-failure': 'known to fail',
  'not-shown': 'not shown',
  excluded: 'excluded',
}

/** A status in words. */
export function wordsOf(status: CaseStatus): string {
  return words[status]
}

/** Whether the store is conformant, and with which edition. */
export function verdictOf({ conformant, edition }: ConformanceReport): string {
  return `${conformant ? 'conformant' : 'not conformant'} with edition ${edition}`
}

/** How many cases have which status, as in `69 passed, 4 not shown`. A status without cases is left out. */
export function countsOf({ results }: ConformanceReport): string {
  const counts = new Map<string, number>()
  for (const { status, advisory } of results) {
    const what = words[status] + (advisory && status === 'failed' ? ', advisory' : '')
    counts.set(what, (counts.get(what) ?? 0) + 1)
  }
  return Array.from(counts, ([what, count]) => `${count} ${what}`).join(', ')
}
