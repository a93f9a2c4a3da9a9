import { fileURLToPath } from 'node:url'

const root = new URL('../../../../', import.meta.url)

/** The README with the table of stores. */
export const readmePath = fileURLToPath(new URL('README.md', root))

/** The file of a report. */
export function reportPath(name: string, ending: 'md' | 'svg'): string {
  return fileURLToPath(new URL(`docs/conformance/${name}.${ending}`, root))
}

/** The folder of all packages. */
export const packagesPath = fileURLToPath(new URL('packages/', root))
