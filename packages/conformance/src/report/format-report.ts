import type { ConformanceReport } from './conformance-report.ts'
import { badgeOf } from './formats/badge.ts'
import { jsonOf } from './formats/json.ts'
import { junitOf } from './formats/junit.ts'
import { markdownOf } from './formats/markdown.ts'
import { textOf } from './formats/text.ts'

/**
 * `text`: for a terminal; `markdown`: a page with every case; `junit`: the XML that continuous integration
 * reads; `json`: the whole report; `badge`: an SVG image with the verdict.
 */
export type ReportFormat = 'text' | 'markdown' | 'junit' | 'json' | 'badge'

/** The names of all formats. */
export const reportFormats = [
  'text',
  'markdown',
  'junit',
  'json',
  'badge',
] as const satisfies readonly ReportFormat[]

const formatters: Record<ReportFormat, (report: ConformanceReport) => string> = {
  text: textOf,
  markdown: markdownOf,
  junit: junitOf,
  json: jsonOf,
  badge: badgeOf,
}

/** Formats a report. The text ends with a line break. */
export function formatReport(report: ConformanceReport, as: ReportFormat): string {
  return formatters[as](report)
}
