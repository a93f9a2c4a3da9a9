import type { ConformanceReport } from './conformance-report.ts'
import { badgeOf } from './formats/badge.ts'
import { jsonOf } from './formats/json.ts'
import { junitOf } from './formats/junit.ts'
import { markdownOf } from './formats/markdown.ts'
import { textOf } from './formats/text.ts'

/**
 * `text`: what a person reads in a terminal; `markdown`: a page with every case; `junit`: the XML that
 * continuous integration reads; `json`: all of the report; `badge`: an SVG image.
 */
export type ReportFormat = 'text' | 'markdown' | 'junit' | 'json' | 'badge'

/** The forms of a report, by name. */
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

/** Puts a report into a form that can be read, kept or shown. Ends with a line break. */
export function formatReport(report: ConformanceReport, as: ReportFormat): string {
  return formatters[as](report)
}
