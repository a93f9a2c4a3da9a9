import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderCycle, folderOf, sourceFiles, sourceImports } from '../src/folder-graph.ts'
import { projectPackages, projectRoot } from '../src/project-packages.ts'

const sources = projectPackages()
  .map(({ directory }) => `${directory}/src`)
  .filter((directory) => existsSync(join(projectRoot, directory)))

describe('The folders of', () => {
  it.for(sources)('%s do not import each other in a circle', (directory) => {
    expect(folderCycle(sourceImports(join(projectRoot, directory)))).toBeUndefined()
  })
})

describe('packages/core/src', () => {
  const core = join(projectRoot, 'packages/core/src')
  const entries = ['index.ts', 'node.ts', 'fetch.ts']
  /** The only files outside the folders that a folder may import. */
  const leaves = ['session-error.ts', 'session-events.ts', 'store.ts']
  const sessionFiles = [
    'memory-store.ts',
    'session-committer.ts',
    'session-forker.ts',
    'session-loader.ts',
    'session-manager.ts',
    'session-options.ts',
    'session-writer.ts',
    'session.ts',
    'token-rule.ts',
  ]

  it('has only the known files beside its folders', () => {
    const files = sourceFiles(core).filter((file) => folderOf(file) === file)
    expect(files.sort()).toEqual([...entries, ...leaves, ...sessionFiles].sort())
  })

  it('lets only http import the session files beside the folders', () => {
    const upwards = sourceImports(core).filter(
      ({ from, to }) => from.includes('/') && !to.includes('/') && !leaves.includes(to),
    )
    expect(upwards.filter(({ from }) => folderOf(from) !== 'http')).toEqual([])
  })

  it('lets no other folder import http', () => {
    const imports = sourceImports(core).filter(({ to }) => folderOf(to) === 'http')
    const importers = new Set(imports.map(({ from }) => folderOf(from)))
    expect([...importers].sort()).toEqual(['fetch.ts', 'http', 'node.ts'])
  })
})
