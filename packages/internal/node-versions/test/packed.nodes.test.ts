import { PackedFolder } from '@mako-session/packed/folder'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nodeMajors, nodeOfVersion } from '../src/node-of-version.ts'

const imports = `
import { once } from 'node:events'
import { createServer } from 'node:http'
import { MemoryStore, SessionManager } from '@mako-session/core'
import { sessionMiddleware } from '@mako-session/core/node'
import { withSession } from '@mako-session/core/fetch'
import { FileStore } from '@mako-session/file'
`
const requires = imports.replace(/import (.*) from ('.*')/g, 'const $1 = require($2)')

/** Visits a site twice over each store, and prints the answers. */
const visits = `
async function visitTwice(store) {
  const sessions = new SessionManager({ store, secrets: 'a secret of more than 32 characters' })
  const load = sessionMiddleware(sessions)
  const server = createServer((request, response) => load(request, response, (error) => {
    if (error) throw error
    const session = sessions.of(request)
    session.update('visits', (visits) => visits + 1, 0)
    response.end(String(session.get('visits')))
  }))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const url = 'http://127.0.0.1:' + server.address().port
  const first = await fetch(url)
  const [cookie] = first.headers.getSetCookie()[0].split(';')
  const second = await fetch(url, { headers: { cookie } })
  const answers = [await first.text(), await second.text()]
  server.close()
  server.closeAllConnections()
  return answers
}

async function main() {
  const answers = [await visitTwice(new MemoryStore()), await visitTwice(new FileStore('sessions'))]
  console.log(JSON.stringify([typeof withSession, ...answers]))
}
main()
`

describe('The packed packages core and file', () => {
  let folder: PackedFolder

  beforeAll(async () => {
    folder = await PackedFolder.create('core', 'file')
  })
  afterAll(() => folder?.remove())

  describe.for(nodeMajors)('on Node %i', (major) => {
    it.for([
      { way: 'import', script: ['--input-type=module', '-e', imports + visits] },
      { way: 'require', script: ['--input-type=commonjs', '-e', requires + visits] },
    ])('keep a session when loaded by $way', async ({ script }) => {
      const printed = await folder.run(await nodeOfVersion(major), ...script)
      expect(JSON.parse(printed)).toEqual(['function', ['1', '2'], ['1', '2']])
    })
  })
})
