import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The paths of the type declarations that the `exports` of an installed package name. */
export function packageEntries(directory: string): string[] {
  const { exports } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))
  return Object.entries<{ types?: string }>(exports).map(([entry, { types }]) => {
    if (types === undefined) throw new Error(`${directory} has no types for its entry ${entry}`)
    return join(directory, types)
  })
}
