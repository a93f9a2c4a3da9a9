import type { ConformanceReport } from '../conformance-report.ts'

/** All of the report; of an error, its name and message. What is parsed again can be formatted again. */
export function jsonOf(report: ConformanceReport): string {
  const plain = (_: string, value: unknown) =>
    value instanceof Error ? { name: value.name, message: value.message } : value
  return `${JSON.stringify(report, plain, 2)}\n`
}
