import { readdirSync } from 'node:fs'
import { join } from 'node:path'

/** The paths of everything in a directory that is not a directory. */
export function filesIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}
