import { PackedFolder } from '@mako-session/promises/packed-folder'
import { readmeExample, serveExample, visitorOf } from '@mako-session/promises/readme-example'
import { startRedis, type TestServer } from '@mako-session/test-servers'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'

describe('The packed packages, installed in a clean folder', () => {
  let folder: PackedFolder
  let server: TestServer

  beforeAll(async () => {
    server = await startRedis()
    folder = await PackedFolder.create('core', 'redis')
  }, 300_000)
  afterAll(async () => {
    await folder?.remove()
    await server?.stop()
  })

  it('bring the driver, and nothing of the other stores', async () => {
    expect(await folder.installed('@mako-session')).toEqual(['core', 'redis'])
    const { dependencies } = JSON.parse(await folder.run('npm', 'ls', '--all', '--json'))
    const { '@mako-session/redis': ours, ...others } = dependencies
    expect(Object.keys(others)).toEqual(['@mako-session/core'])
    expect(Object.keys(ours.dependencies).sort()).toEqual(['@mako-session/core', 'ioredis'])
  })

  it('run the example of the README', async () => {
    const example = readmeExample(new URL('../README.md', import.meta.url))
    const script = example.replace('redis://localhost:6379', server.url)
    const site = await serveExample(script, { cwd: folder.path, env: folder.env })
    onTestFinished(() => site.stop())
    const visit = visitorOf(site.origin)
    expect(await visit('/')).toBe('Visit number 1\n')
    expect(await visit('/')).toBe('Visit number 2\n')
  }, 30_000)
})
