import { provideMariaDb, provideRedis } from '@mako-session/test-servers'
import { describe, expect, it, onTestFinished } from 'vitest'
import { DemoProcess } from './demo-process.ts'
import { temporaryDirectory } from './temporary-directory.ts'
import { Visitor } from './visitor.ts'

const servers = {
  redis: { provide: provideRedis, variable: 'REDIS_URL', place: 'Redis at' },
  database: { provide: provideMariaDb, variable: 'MYSQL_URL', place: 'the database' },
}

describe.each(['redis', 'database'] as const)('the demo on %s', (STORE) => {
  const { provide, variable, place } = servers[STORE]

  it('still knows its visitors after a restart', async () => {
    const server = await provide()
    onTestFinished(() => server.stop())
    const SESSIONS_DIR = `${temporaryDirectory()}/sessions`
    const environment = { STORE, SESSIONS_DIR, [variable]: server.url }
    const first = new DemoProcess(environment)
    const visitor = new Visitor(await first.url())
    await visitor.signIn('Jane')
    expect(first.printed.stdout).toContain(`It keeps its sessions in ${place} `)
    expect(await first.end('SIGTERM')).toBe(0)

    const second = new DemoProcess(environment)
    const { html } = await new Visitor(await second.url(), visitor.cookie).get('/')
    expect(html).toContain('>Jane</span>')
    expect(await second.end('SIGTERM')).toBe(0)
    expect(first.printed.stderr + second.printed.stderr).toBe('')
  })

  it('starts a server of its own by the command for that', async () => {
    const SESSIONS_DIR = `${temporaryDirectory()}/sessions`
    const demo = new DemoProcess({ SESSIONS_DIR }, `start:${STORE}`)
    const visitor = new Visitor(await demo.url())
    await visitor.signIn('Jane')
    const { html } = await visitor.get('/')
    expect(html).toContain('>Jane</span>')
    expect(html).not.toContain('in files')
    expect(demo.printed.stdout).toContain(`It keeps its sessions in ${place} `)
    expect(await demo.end('SIGTERM')).toBe(0)
  })
})
