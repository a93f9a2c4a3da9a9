import type { ConformanceReport } from '../conformance-report.ts'

/** All of the report; of an error, its message. */
export function jsonOf(report: ConformanceReport): string {
  const messages = (_: string, value: unknown) => (value instanceof Error ? value.message : value)
  return `${JSON.stringify(report, messages, 2)}\n`
}
