import type { TestServer } from '@mako-session/test-servers'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { PackedFolder } from './packed-folder.ts'
import { readmeExample, serveExample, visitorOf } from './readme-example.ts'

/** A store that its users install with a driver. */
export interface PackedStore {
  /** The package, without the scope. */
  readonly name: string
  readonly driver: string
  readonly readme: URL
  /** The server that the README's example connects to. */
  readonly exampleUrl: string
  startServer(): Promise<TestServer>
}

/** Tests what an installation of the store contains, and the example of its README. */
export function describePackedStore(store: PackedStore): void {
  const { name, driver, readme, exampleUrl } = store

  describe(`The packed packages core and ${name}, installed in a clean folder`, () => {
    let folder: PackedFolder
    let server: TestServer

    beforeAll(async () => {
      server = await store.startServer()
      folder = await PackedFolder.create('core', name)
    })
    afterAll(async () => {
      await folder?.remove()
      await server?.stop()
    })

    it('install the driver, and nothing of the other stores', async () => {
      expect(await folder.installed('@mako-session')).toEqual(['core', name])
      const { dependencies } = JSON.parse(await folder.run('npm', 'ls', '--all', '--json'))
      const { [`@mako-session/${name}`]: ours, ...others } = dependencies
      expect(Object.keys(others)).toEqual(['@mako-session/core'])
      // npm also lists an optional peer that another package brought, as mysql2 brings @types/node.
      const brought = Object.keys(ours.dependencies).filter((it) => it !== '@types/node')
      expect(brought.sort()).toEqual(['@mako-session/core', driver])
    })

    it('run the example of the README', async () => {
      const script = readmeExample(readme).replace(exampleUrl, server.url)
      const site = await serveExample(script, { cwd: folder.path, env: folder.env })
      onTestFinished(() => site.stop())
      const visit = visitorOf(site.origin)
      expect(await visit('/')).toBe('Visit number 1\n')
      expect(await visit('/')).toBe('Visit number 2\n')
    })
  })
}
