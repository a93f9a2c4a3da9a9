import { once } from 'node:events'
import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { DemoProcess } from './demo-process.ts'
import { temporaryDirectory } from './temporary-directory.ts'
import { Visitor } from './visitor.ts'

describe('the demo, started by its command', () => {
  it.each([
    ['SIGTERM', 0],
    ['SIGINT', 0],
    ['SIGKILL', 'SIGKILL'],
  ] as const)(
    'still knows its visitors when it is started again after %s',
    async (signal, exit) => {
      const SESSIONS_DIR = join(temporaryDirectory(), 'sessions')
      const first = new DemoProcess({ SESSIONS_DIR })
      const visitor = new Visitor(await first.url())
      await visitor.get('/')
      await visitor.signIn('Jane')
      await visitor.addNote('Surf wax')
      await visitor.get('/notes')
      expect(await first.end(signal)).toBe(exit)

      const second = new DemoProcess({ SESSIONS_DIR })
      const url = await second.url()
      const { html } = await new Visitor(url, visitor.cookie).get('/')
      expect(html).toContain('<strong>2</strong> visits')
      expect(html).toContain('>Jane</span>')
      expect((await new Visitor(url, visitor.cookie).get('/notes')).html).toContain('Surf wax')
      expect(await second.end('SIGTERM')).toBe(0)

      expect(second.printed).toEqual({
        stdout: `The mako-session demo is at ${url}\nIt keeps its sessions in ${SESSIONS_DIR}\nCtrl-C stops it.\n`,
        stderr: '',
      })
      expect(first.printed.stderr).toBe('')
      expect(first.printed.stdout).not.toContain(visitor.cookie.slice(-64))
    },
  )

  it('keeps its secret beside the sessions, in a file that only its own user can read', async () => {
    const SESSIONS_DIR = join(temporaryDirectory(), 'sessions')
    const demo = new DemoProcess({ SESSIONS_DIR })
    await demo.url()
    const path = `${SESSIONS_DIR}.secret`
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(demo.printed.stdout).not.toContain(readFileSync(path, 'utf8'))
  })

  it('keeps no secret when it is given one, and accepts no session of another secret', async () => {
    const SESSIONS_DIR = join(temporaryDirectory(), 'sessions')
    const url = await new DemoProcess({ SESSIONS_DIR, SESSION_SECRET: 'a'.repeat(32) }).url()
    const visitor = new Visitor(url)
    await visitor.get('/')
    expect(existsSync(`${SESSIONS_DIR}.secret`)).toBe(false)
    const other = await new DemoProcess({ SESSIONS_DIR, SESSION_SECRET: 'b'.repeat(32) }).url()
    expect((await new Visitor(other, visitor.cookie).get('/')).html).toContain('<strong>1</strong>')
  })

  it('answers 503 while the sessions cannot be reached, and works again afterwards', async () => {
    const SESSIONS_DIR = join(temporaryDirectory(), 'sessions')
    const demo = new DemoProcess({ SESSIONS_DIR })
    const visitor = new Visitor(await demo.url())
    await visitor.get('/')
    const before = visitor.cookie
    renameSync(SESSIONS_DIR, `${SESSIONS_DIR}.away`)
    writeFileSync(SESSIONS_DIR, '')
    const down = await visitor.get('/')
    expect([down.status, down.headers.get('retry-after')]).toEqual([503, '5'])
    expect(down.html).toContain('Sessions cannot be reached')
    expect(down.html).not.toContain('Nothing was changed')
    expect(visitor.cookie).toBe(before)
    const stranger = new Visitor(await demo.url())
    expect([(await stranger.get('/')).status, stranger.cookie]).toEqual([503, ''])
    rmSync(SESSIONS_DIR)
    renameSync(`${SESSIONS_DIR}.away`, SESSIONS_DIR)
    expect((await visitor.get('/')).html).toContain('<strong>2</strong>')
    await demo.end('SIGTERM')
    expect(demo.printed.stderr).toContain('ERR_SESSION_STORE')
    const [, id = 'no id'] = /=(.{64})/.exec(before) ?? []
    expect(demo.printed.stderr).not.toContain(id)
  })

  it('answers requests under way before it stops', async () => {
    const SESSIONS_DIR = join(temporaryDirectory(), 'sessions')
    const demo = new DemoProcess({ SESSIONS_DIR, STOP_GRACE: '600' })
    const port = Number(new URL(await demo.url()).port)
    const sending = await startForm(port)
    const ended = demo.end('SIGTERM')
    while (await accepts(port));
    sending.end('text=hello')
    const [answer] = await once(sending, 'data')
    expect(String(answer)).toMatch(/^HTTP\/1\.1 403 /)
    expect(await ended).toBe(0)
    expect(demo.printed.stderr).toBe('')
  })

  it('stops also when a browser never sends the rest of its request', async () => {
    const demo = new DemoProcess({ SESSIONS_DIR: join(temporaryDirectory(), 'sessions') })
    await startForm(Number(new URL(await demo.url()).port))
    expect(await demo.end('SIGTERM')).toBe(0)
    expect(demo.printed.stderr).toBe('')
  })

  it('prints no error when a browser closes the connection', async () => {
    const demo = new DemoProcess({ SESSIONS_DIR: join(temporaryDirectory(), 'sessions') })
    const url = await demo.url()
    const socket = await startForm(Number(new URL(url).port))
    socket.resetAndDestroy()
    await once(socket, 'close')
    expect((await new Visitor(url).get('/')).status).toBe(200)
    await demo.end('SIGTERM')
    expect(demo.printed.stderr).toBe('')
  })

  it.each([
    [{ PORT: 'http' }, 'PORT must be a whole number from 0 to 65535, not "http"'],
    [{ PORT: '65536' }, 'PORT must be a whole number from 0 to 65535, not "65536"'],
    [{ PORT: '-1' }, 'PORT must be a whole number from 0 to 65535, not "-1"'],
    [
      { STOP_GRACE: 'soon' },
      'STOP_GRACE must be a whole number of seconds below a million, not "soon"',
    ],
    [{ SESSION_SECRET: 'short' }, 'SESSION_SECRET must have at least 32 bytes'],
    [{ STORE: 'floppy' }, 'STORE must be file, redis or database, not "floppy"'],
    [
      { STORE: 'redis' },
      'REDIS_URL must be the URL of the server. "pnpm demo:redis" starts a server of its own',
    ],
    [
      { STORE: 'database', MYSQL_URL: 'localhost' },
      'MYSQL_URL must be the URL of the server. "pnpm demo:database" starts a server of its own',
    ],
    [
      { STORE: 'redis', REDIS_URL: 'redis://:password@127.0.0.1:1' },
      'connect ECONNREFUSED 127.0.0.1:1. Is the server up, and its URL right?',
    ],
    [
      { STORE: 'database', MYSQL_URL: 'mysql://root:password@127.0.0.1:1/test' },
      'connect ECONNREFUSED 127.0.0.1:1. Is the server up, and its URL right?',
    ],
  ])('says why it cannot start with %j', async (environment, reason) => {
    const SESSIONS_DIR = join(temporaryDirectory(), 'sessions')
    const demo = new DemoProcess({ SESSIONS_DIR, ...environment })
    expect(await demo.exit()).toBe(1)
    expect(demo.printed).toEqual({ stdout: '', stderr: `The demo cannot start: ${reason}\n` })
  })

  it('says that its port is in use', async () => {
    const SESSIONS_DIR = join(temporaryDirectory(), 'sessions')
    const PORT = new URL(await new DemoProcess({ SESSIONS_DIR }).url()).port
    const demo = new DemoProcess({ SESSIONS_DIR, PORT })
    expect(await demo.exit()).toBe(1)
    expect(demo.printed.stderr).toContain(`port ${PORT} is in use`)
  })
})

/** Begins to send a form, and resolves when the demo waits for the rest. */
async function startForm(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => {
    socket.destroy()
  })
  const type = 'Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 10'
  socket.write(`POST /notes HTTP/1.1\r\nHost: demo\r\nExpect: 100-continue\r\n${type}\r\n\r\n`)
  await once(socket, 'data')
  return socket
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
