import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const projectRoot = fileURLToPath(new URL('../../../..', import.meta.url))

/** The part of a `package.json` that the rules are about. */
export interface Manifest {
  readonly private?: boolean
  readonly repository?: unknown
}

export interface ProjectPackage {
  /** Its directory, relative to the root of the project, such as `packages/core`. */
  readonly directory: string
  readonly manifest: Manifest
}

/** All packages of the project. */
export function projectPackages(): ProjectPackage[] {
  return ['packages', 'packages/internal']
    .flatMap((parent) => readdirSync(join(projectRoot, parent)).map((name) => `${parent}/${name}`))
    .filter((directory) => existsSync(join(projectRoot, directory, 'package.json')))
    .map((directory) => ({ directory, manifest: readManifest(directory) }))
}

/** The `package.json` of a directory, by default of the root. */
export function readManifest(directory = '.'): Manifest {
  return JSON.parse(readFileSync(join(projectRoot, directory, 'package.json'), 'utf8'))
}
