import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

/** An import of one source file by another, both as paths from the directory of the sources. */
export interface SourceImport {
  readonly from: string
  readonly to: string
}

/** The imports between the source files of a directory. */
export function sourceImports(directory: string): SourceImport[] {
  return sourceFiles(directory).flatMap((from) => {
    const text = readFileSync(join(directory, from), 'utf8')
    const imported = text.matchAll(/\b(?:from|import)\s*\(?\s*'(\.[^']+)'/g)
    return Array.from(imported, ([, path = '']) => ({ from, to: join(dirname(from), path) }))
  })
}

/** The TypeScript files of a directory, as paths from there. */
export function sourceFiles(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
}

/** The first folder of a path. For a file that is in no folder, the name of the file. */
export function folderOf(file: string): string {
  return file.split('/', 1).join()
}

/** Folders that import each other in a circle, each the next one. Undefined when there is no circle. */
export function folderCycle(imports: readonly SourceImport[]): string[] | undefined {
  const graph = new Map<string, Set<string>>()
  for (const { from, to } of imports) {
    const [folder, imported] = [folderOf(from), folderOf(to)]
    if (folder !== imported) graph.set(folder, (graph.get(folder) ?? new Set()).add(imported))
  }
  const finished = new Set<string>()
  const cycleFrom = (folder: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(folder)) return path.slice(path.indexOf(folder))
    if (finished.has(folder)) return undefined
    for (const imported of graph.get(folder) ?? []) {
      const cycle = cycleFrom(imported, [...path, folder])
      if (cycle) return cycle
    }
    finished.add(folder)
    return undefined
  }
  for (const folder of graph.keys()) {
    const cycle = cycleFrom(folder, [])
    if (cycle) return cycle
  }
  return undefined
}
