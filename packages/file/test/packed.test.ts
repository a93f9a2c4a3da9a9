import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../../..', import.meta.url))
/** As a user's shell has it: without what makes the processes of tests run the sources. */
const { NODE_OPTIONS: _, ...env } = process.env

describe('The packed packages, installed in a clean folder', () => {
  let folder = ''

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mako-packed-'))
    const pnpm = (...args: string[]) =>
      run('npx', ['--yes', 'pnpm@10', ...args], { cwd: root, env })
    await pnpm('--filter', '@mako-session/file...', 'build')
    for (const name of ['core', 'file']) {
      await pnpm('--filter', `@mako-session/${name}`, 'pack', '--pack-destination', folder)
    }
    const tarballs = (await readdir(folder)).map((name) => join(folder, name))
    await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }')
    await run('npm', ['install', '--offline', ...tarballs], { cwd: folder, env })
  }, 120_000)
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('have no other package beside them', async () => {
    const modules = join(folder, 'node_modules')
    const visible = (await readdir(modules)).filter((name) => !name.startsWith('.'))
    expect(visible).toEqual(['@mako-session'])
    expect((await readdir(join(modules, '@mako-session'))).sort()).toEqual(['core', 'file'])
    for (const name of ['core', 'file']) {
      const files = await readdir(join(modules, '@mako-session', name))
      expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'dist', 'src']))
      expect(files).not.toContain('test')
    }
  })

  it('run the example of the README', async () => {
    const readme = await readFile(join(root, 'README.md'), 'utf8')
    const [, example = ''] = /```js\n(import .*?)```/s.exec(readme) ?? []
    await writeFile(join(folder, 'server.js'), example)
    const port = await freePort()
    const server = spawn(process.execPath, ['server.js'], {
      cwd: folder,
      env: { ...env, PORT: String(port), SESSION_SECRET: 'a secret of more than 32 characters' },
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    try {
      const visitor = await connected(`http://127.0.0.1:${port}`)
      expect(await visitor('/')).toBe('stranger, visit 1\n')
      expect(await visitor('/login')).toBe('user-1, visit 2\n')
      expect(await visitor('/')).toBe('user-1, visit 3\n')
      expect(await visitor('/logout')).toBe('stranger, visit 0\n')
      expect(await visitor('/')).toBe('stranger, visit 1\n')
    } finally {
      const exited = once(server, 'exit')
      server.kill()
      await exited
    }
  }, 30_000)
})

/** A visitor of a server that is still starting: how to ask it for a page. */
async function connected(origin: string): Promise<(path: string) => Promise<string>> {
  let cookie = ''
  const visit = async (path: string) => {
    const response = await fetch(origin + path, { headers: { cookie } })
    const [setCookie] = response.headers.getSetCookie()
    if (setCookie !== undefined) cookie = setCookie.split(';')[0] ?? ''
    return response.text()
  }
  for (;;) {
    const isUp = await fetch(`${origin}/logout`).then(
      () => true,
      () => false,
    )
    if (isUp) return visit
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
