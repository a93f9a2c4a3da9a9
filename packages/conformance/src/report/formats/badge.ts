import type { ConformanceReport } from '../conformance-report.ts'
import { verdictOf } from './verdict.ts'
import { xmlText } from './xml-text.ts'

const height = 20
/** Width of a character. `textLength` stretches the text to it, whatever the font is. */
const advance = 6.5
const padding = 6
const label = 'mako-session store'

/** A badge with the verdict, in the flat style that is usual in READMEs. */
export function badgeOf(report: ConformanceReport): string {
  const verdict = verdictOf(report)
  const [labelWidth, verdictWidth] = [widthOf(label), widthOf(verdict)]
  const width = labelWidth + verdictWidth
  const color = report.conformant ? '#2a7d2a' : '#b32d2d'
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" role="img" aria-label="${xmlText(`${label}: ${verdict}`)}">`,
    `  <rect width="${width}" height="${height}" rx="3" fill="#444"/>`,
    `  <path d="M${labelWidth} 0h${verdictWidth - 3}q3 0 3 3v${height - 6}q0 3-3 3H${labelWidth}z" fill="${color}"/>`,
    '  <g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">',
    `    ${textAt(padding, label)}`,
    `    ${textAt(labelWidth + padding, verdict)}`,
    '  </g>',
    '</svg>',
  ]
  return `${lines.join('\n')}\n`
}

function textAt(x: number, text: string): string {
  return `<text x="${x}" y="14" textLength="${widthOf(text) - 2 * padding}">${xmlText(text)}</text>`
}

function widthOf(text: string): number {
  return Math.round(text.length * advance) + 2 * padding
}
