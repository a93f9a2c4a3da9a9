import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { MemoryStore } from '../src/index.ts'
import { newSessions, secret } from './support/new-sessions.ts'
import { Visitor } from './support/visitor.ts'

const packageDirectory = fileURLToPath(new URL('..', import.meta.url))

/** Prints what a session holds at once, after 29 minutes, and after 30 more; then what the store still holds. */
const script = `
  import { mock } from 'node:test'
  import { MemoryStore, SessionManager } from '@mako-session/core'
  const store = new MemoryStore()
  const sessions = new SessionManager({ store, secrets: '${secret}' })
  mock.timers.enable({ apis: APIS })
  const session = await sessions.load(undefined)
  session.put('a', 1)
  const cookie = (await sessions.commit(session)).split(';')[0]
  const found = []
  for (const minutes of [0, 29, 30]) {
    mock.timers.setTime(Date.now() + minutes * 60_000)
    const next = await sessions.load(cookie)
    found.push(next.get('a'))
    await sessions.commit(next)
  }
  mock.timers.setTime(Date.now() + 3_600_000)
  found.push(await store.read(session.key) === undefined)
  found.push(await sessions.gc())
  await sessions.close()
  console.log(JSON.stringify(found))`

describe('SessionManager and MemoryStore under fake timers', () => {
  afterEach(() => vi.useRealTimers())

  it('go by the time that vitest fakes after the manager was made', async () => {
    const store = new MemoryStore()
    const visitor = new Visitor(newSessions({ store }))
    vi.useFakeTimers({ toFake: ['Date'] })
    vi.setSystemTime('2031-05-01T12:00:00Z')
    const session = await visitor.request((it) => {
      it.put('a', 1)
      return it
    })
    expect(session.createdAt).toEqual(new Date('2031-05-01T12:00:00Z'))
    vi.setSystemTime('2031-05-01T12:29:59Z')
    expect(await visitor.request((it) => it.get('a'))).toBe(1)
    vi.setSystemTime('2031-05-01T12:59:59Z')
    expect(await visitor.request((it) => it.get('a'))).toBe(null)
    expect(await store.read(session.key)).toBeDefined()
    vi.setSystemTime('2031-05-01T13:59:59Z')
    expect(await store.read(session.key)).toBe(undefined)
  })

  it('need no real time when vitest fakes all timers, also for a large clean-up', async () => {
    const store = new MemoryStore()
    const sessions = newSessions({ store })
    vi.useFakeTimers()
    for (let n = 0; n < 1_500; n += 1) {
      const key = String(n).padStart(32, '0')
      await store.create(key, { version: 'v'.repeat(22), payload: '', ttl: 60 })
    }
    vi.advanceTimersByTime(60_000)
    expect(await sessions.gc()).toBe(1_500)
  })

  it.each([
    ['the date alone', "['Date']"],
    ['all that it can', "['Date', 'setTimeout', 'setInterval', 'setImmediate']"],
  ])('go by the time that node:test fakes after the manager was made: %s', async (_, apis) => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '-e', script.replace('APIS', apis)],
      { cwd: packageDirectory },
    )
    expect(JSON.parse(stdout)).toEqual([1, 1, null, true, 1])
  })
})
