import { readFileSync } from 'node:fs'

/** A block of JavaScript or TypeScript in a README. */
export interface ReadmeCode {
  /** The number of the line before the code. */
  readonly line: number
  readonly code: string
}

/** The blocks of JavaScript and TypeScript of a README, in order. */
export function readmeCode(readme: string | URL): ReadmeCode[] {
  const text = readFileSync(readme, 'utf8')
  return [...text.matchAll(/^```(?:js|ts)\n(.*?)^```$/gms)].map(({ index, 1: code = '' }) => ({
    line: text.slice(0, index).split('\n').length,
    code,
  }))
}
