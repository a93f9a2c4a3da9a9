import { PackedFolder } from '@mako-session/packed/folder'
import { readmeExample, serveExample, visitorOf } from '@mako-session/packed/readme-example'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'

describe('The packed packages, installed in a clean folder', () => {
  let folder: PackedFolder

  beforeAll(async () => {
    folder = await PackedFolder.create('core', 'file')
  })
  afterAll(() => folder?.remove())

  it('install no other packages', async () => {
    expect(await folder.installed()).toEqual(['@mako-session'])
    expect(await folder.installed('@mako-session')).toEqual(['core', 'file'])
    for (const name of ['core', 'file']) {
      const files = await folder.installed(`@mako-session/${name}`)
      expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'dist', 'src']))
      expect(files).not.toContain('test')
    }
  })

  it('run the example of the README', async () => {
    const example = readmeExample(new URL('../../../README.md', import.meta.url))
    const server = await serveExample(example, { cwd: folder.path, env: folder.env })
    onTestFinished(() => server.stop())
    const visit = visitorOf(server.origin)
    expect(await visit('/')).toBe('stranger, visit 1\n')
    expect(await visit('/login')).toBe('user-1, visit 2\n')
    expect(await visit('/')).toBe('user-1, visit 3\n')
    expect(await visit('/logout')).toBe('stranger, visit 0\n')
    expect(await visit('/')).toBe('stranger, visit 1\n')
  })
})
