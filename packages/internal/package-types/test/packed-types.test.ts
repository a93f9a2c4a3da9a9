import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PackedFolder } from '@mako-session/packed/folder'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compileProject } from '../src/compile-project.ts'
import { readmeModules } from '../src/readme-modules.ts'
import { unexportedNames } from '../src/unexported-names.ts'

const names = ['core', 'file', 'redis', 'database', 'conformance'] as const
/** Packages from which users can import types themselves: the types of Node, and the drivers. */
const others = ['@types/node', 'undici-types', 'ioredis', 'mysql2']
const root = new URL('../../../../', import.meta.url)
const readmes = ['.', ...names.map((name) => `packages/${name}`)]

describe('The types of the packed packages', () => {
  let folder: PackedFolder
  let modules: string

  beforeAll(async () => {
    folder = await PackedFolder.copyOf(new URL('../project', import.meta.url), ...names)
    modules = join(folder.path, 'node_modules')
    for (const path of readmes) {
      const directory = join(folder.path, 'examples', path)
      await mkdir(directory, { recursive: true })
      for (const { name, text } of readmeModules(new URL(`${path}/README.md`, root))) {
        await writeFile(join(directory, name), text)
      }
    }
  })
  afterAll(() => folder?.remove())

  it('use only names that are exported', () => {
    const ours = names.map((name) => `@mako-session/${name}`)
    expect(unexportedNames(modules, ours, others)).toEqual([])
  })

  it('contain nothing that is marked as internal', async () => {
    for (const name of names) {
      const dist = join(modules, '@mako-session', name, 'dist')
      const files = (await readdir(dist, { recursive: true })).filter((file) =>
        file.endsWith('.d.ts'),
      )
      const texts = await Promise.all(files.map((file) => readFile(join(dist, file), 'utf8')))
      expect(texts).not.toEqual([])
      expect(texts.filter((text) => text.includes('@internal'))).toEqual([])
    }
  })

  describe.each(['7', '5.9', '5.4'] as const)('TypeScript %s', (compiler) => {
    it.each([true, false])(
      'compiles the examples of the READMEs, exactOptionalPropertyTypes %s',
      async (exact) => {
        const errors = await compileProject(folder, compiler, exact)
        // The types of other packages may need a newer compiler than 5.4 or 5.9. Only our errors count there.
        const counted = errors.filter((error) => compiler === '7' || !isInOther(error))
        expect(counted).toEqual([])
      },
    )
  })
})

function isInOther(error: string): boolean {
  return /^node_modules\/(?!@mako-session\/)[^\s(]+\(\d/.test(error)
}
