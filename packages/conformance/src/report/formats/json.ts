import type { ConformanceReport } from '../conformance-report.ts'

/**
 * The whole report; an error becomes its name and message. `formatReport` can format the parsed text
 * again.
 */
export function jsonOf(report: ConformanceReport): string {
  const plain = (_: string, value: unknown) =>
    value instanceof Error ? { name: value.name, message: value.message } : value
  return `${JSON.stringify(report, plain, 2)}\n`
}
