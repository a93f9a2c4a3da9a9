import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { promisify } from 'node:util'
import { beforeEach, describe, expect, it } from 'vitest'
import { MemoryStore, SessionError, type SessionManager, type Store } from '../src/index.ts'
import { createVersion } from '../src/record/create-version.ts'
import { CountedStore } from './support/counted-store.ts'
import { deferred } from './support/deferred.ts'
import { newSessions, secret } from './support/new-sessions.ts'
import { recordedEvents } from './support/recorded-events.ts'
import { TestClock } from './support/test-clock.ts'
import { Visitor } from './support/visitor.ts'

type Data = Record<string, unknown>

let memory: MemoryStore
let store: CountedStore
let sessions: SessionManager<Data>
let visitor: Visitor<Data>

beforeEach(async () => {
  memory = new MemoryStore()
  store = new CountedStore(memory)
  sessions = newSessions({ store })
  visitor = new Visitor(sessions)
  await visitor.request((session) => session.put('a', 1))
  store.reset()
})

/** A store in which `act` takes the place of one method. */
function storeWith<Method extends keyof Store>(method: Method, act: Store[Method]): Store {
  const changed = new CountedStore(memory) as Store
  changed[method] = act
  return changed
}

/** A process that should have ended by itself is killed after this time. */
const hangMs = 300_000

const forever = () => new Promise<never>(() => {})
const rejecting = () => Promise.reject(new Error('ECONNREFUSED 10.0.0.1'))

describe('SessionManager, counted in store calls', () => {
  it('makes no call for a visitor without a cookie', async () => {
    for (let index = 0; index < 1_000; index += 1) {
      const stranger = new Visitor(sessions)
      await stranger.request((session) => {
        session.get('a')
        session.flash('notice')
        session.remove('a')
        session.clear()
      })
      expect(stranger.setCookie).toBeUndefined()
    }
    expect(store.calls).toEqual([])
  })

  it('makes 1 call for a request that reads, 2 for one that changes', async () => {
    await visitor.request((session) => session.getData())
    expect(store.calls).toEqual(['read'])
    store.reset()
    await visitor.request((session) => session.put('a', 2))
    expect(store.calls).toEqual(['read', 'update'])
  })

  it('writes nothing when the changes leave all values equal', async () => {
    await visitor.request((session) => {
      session.put('a', 1)
      session.remove('never there')
      session.update('a', (n) => n)
      session.removeFlash('never there')
      session.reflash()
      session.get('a')
    })
    expect(store.calls).toEqual(['read'])
    expect(visitor.setCookie).toBeUndefined()
  })

  it('makes 3 calls for a destroy and 1 for a new session', async () => {
    await visitor.request((session) => session.destroy())
    await visitor.request((session) => session.put('new', 1))
    expect(store.calls).toEqual(['read', 'update', 'delete', 'create'])
  })
})

describe('SessionManager.load', () => {
  it('does not adopt an id without a record: what is put is stored under a new key', async () => {
    const key = await visitor.request((session) => session.key)
    await memory.delete(key)
    const events = await recordedEvents(() =>
      visitor.request((session) => {
        expect([session.isNew, session.key === key]).toEqual([true, false])
      }),
    )
    expect(events).toEqual([['rejected', { reason: 'unknown', key }]])
    expect(visitor.setCookie).toBeUndefined()
    await visitor.request((session) => session.put('new', 1))
    expect(await memory.read(key)).toBeUndefined()
  })

  it('treats a record that cannot be read as no session and leaves it as it is', async () => {
    const key = await visitor.request((session) => session.key)
    const whole = (await memory.read(key)) ?? { version: '', payload: '' }
    const headerEnd = whole.payload.indexOf('\n')
    const broken = [
      '',
      'null',
      '[]',
      whole.payload.slice(0, headerEnd - 1),
      whole.payload.replace('"format":1', '"format":2'),
      whole.payload.replace('data\t', 'date\t'),
      whole.payload.replace('data\t"a"', 'data\t"a'),
      whole.payload.replace('data\t"a"\t1', 'flash\t"a"\t1'),
      `${whole.payload}\n`,
      whole.payload.replace(/"live":\[[^\]]*\]/, '"live":7'),
      whole.payload.replace(/"live":\[[^\]]*\]/, '"live":[7]'),
      whole.payload.replace('"format":1', '"format":1,"forks":[{}]'),
      whole.payload.replace('"format":1', '"format":1,"forks":[{"key":"../a","at":1}]'),
      whole.payload.replace('"format":1', '"format":1,"boundAt":"x"'),
      whole.payload.replace(/"createdAt":\d+/, '"createdAt":"x"'),
      `${'['.repeat(100_000)}`,
    ]
    let { version } = whole
    for (const payload of broken) {
      const next = createVersion()
      await memory.update(key, version, { version: next, payload, ttl: 100 })
      version = next
      const events = await recordedEvents(async () => {
        const session = await sessions.load(visitor.cookie)
        expect([session.isNew, session.getData()]).toEqual([true, {}])
        await sessions.commit(session)
      })
      expect(events, payload.slice(0, 50)).toEqual([['rejected', { reason: 'corrupt', key }]])
      expect(await memory.read(key)).toEqual({ version, payload })
    }
  })

  it('finds the session of a request object again', async () => {
    const request = {}
    const session = await sessions.load(visitor.cookie, { requestObject: request })
    expect(sessions.of(request)).toBe(session)
    expect(() => sessions.of({})).toThrow(/install the session middleware/)
  })

  it('needs the facts of a request, not its object', async () => {
    for (const request of [new Request('http://localhost'), { header: () => {} }]) {
      const load = sessions.load(visitor.cookie, { request: request as never })
      await expect(load).rejects.toThrow(/is the option requestObject/)
    }
  })
})

describe('SessionManager.commit', () => {
  it('stores what is put after one commit with the next', async () => {
    const session = await sessions.load(visitor.cookie)
    session.put('b', 1)
    await sessions.commit(session)
    session.put('c', 2)
    const list = [1]
    session.put('list', list)
    await sessions.commit(session)
    const kept = session.get('list') as number[]
    kept.push(2)
    await sessions.commit(session)
    expect(await visitor.request((it) => it.getData())).toEqual({ a: 1, b: 1, c: 2, list: [1, 2] })
  })

  it('carries out each change once, however often it is called', async () => {
    const session = await sessions.load(visitor.cookie)
    session.update('n', (n) => (n as number) + 1, 0)
    await sessions.commit(session)
    await visitor.clone().request((other) => other.put('a', 'theirs'))
    session.put('b', 1)
    await sessions.commit(session)
    await sessions.commit(session)
    expect(await visitor.data()).toEqual({ a: 'theirs', b: 1, n: 1 })
    expect(session.getData()).toEqual({ a: 'theirs', b: 1, n: 1 })
  })

  it('refuses changes while it is under way instead of losing them', async () => {
    const session = await sessions.load(visitor.cookie)
    session.put('b', 1)
    const commit = sessions.commit(session)
    expect(() => session.put('c', 1)).toThrow(/a commit is under way/)
    await commit
    session.put('c', 1)
  })

  it('waits for other commits and for validateToken: they run one after another', async () => {
    const token = await visitor.request((session) => session.generateToken())
    const session = await sessions.load(visitor.cookie)
    session.put('b', 1)
    const events = await recordedEvents(async () => {
      const spent = session.validateToken(token)
      const commits = [sessions.commit(session), sessions.commit(session)]
      expect(await Promise.all([spent, ...commits])).toEqual([true, undefined, undefined])
    })
    expect(events).toEqual([['committed', { key: session.key }]]) // The two commits did not conflict.
    expect(await visitor.request((it) => it.getData())).toEqual({ a: 1, b: 1 })
  })

  it('makes validateToken wait while it is under way', async () => {
    const [first, second] = await visitor.request((session) => [
      session.generateToken(),
      session.generateToken(),
    ])
    const session = await sessions.load(visitor.cookie)
    session.put('b', 1)
    const events = await recordedEvents(async () => {
      const spent = session.validateToken(first)
      const commit = sessions.commit(session)
      expect(await Promise.all([spent, commit, session.validateToken(second)])).toEqual([
        true,
        undefined,
        true,
      ])
    })
    expect(events).toEqual([['committed', { key: session.key }]])
  })

  it('gives up after 40 tries against faster writers, with an error that shows no id', async () => {
    const busy = storeWith('update', async (key, _version, session) => {
      const current = await memory.read(key)
      await memory.update(key, current?.version ?? '', {
        ...session,
        ...current,
        version: createVersion(),
      })
      return false
    })
    const other = new Visitor(newSessions({ store: busy }), visitor.cookie)
    const events = await recordedEvents(() =>
      expect(other.request((session) => session.put('b', 1))).rejects.toMatchObject({
        code: 'ERR_SESSION_CONFLICT',
        status: 409,
        message: expect.not.stringContaining(visitor.cookie?.slice(15, 79) ?? ''),
      }),
    )
    expect(events.filter(([name]) => name === 'conflict')).toHaveLength(40)
  })

  it('recognises its own write when the reply was lost and the write was sent again', async () => {
    const twice = new CountedStore(memory)
    twice.create = async (key, session) => {
      await memory.create(key, session)
      return memory.create(key, session)
    }
    twice.update = async (key, version, session) => {
      await memory.update(key, version, session)
      return memory.update(key, version, session)
    }
    const other = new Visitor(newSessions({ store: twice }))
    await other.request((session) => session.update('n', (n) => (n as number) + 1, 0))
    const token = await other.request((session) => {
      session.update('n', (n) => (n as number) + 1, 0)
      session.regenerateId()
      return session.generateToken()
    })
    await other.request(async (session) => {
      expect(session.get('n')).toBe(2)
      expect(await session.validateToken(token)).toBe(true)
      session.regenerateId(true)
    })
    expect(await other.request((session) => session.get('n'))).toBe(2)
  })

  it('refuses to create a session under a key that exists', async () => {
    const taken = storeWith('create', async () => false)
    const request = new Visitor(newSessions({ store: taken })).request((it) => it.put('b', 1))
    await expect(request).rejects.toMatchObject({
      code: 'ERR_SESSION_CONFLICT',
      message: expect.not.stringContaining('in a row'), // It was tried once.
    })
  })
})

/** Runs code with `sessions` over a `store` in a process of its own. */
function run(code: string): Promise<{ stdout: string }> {
  const script = `import { MemoryStore, SessionManager } from '@mako-session/core'
    const store = new MemoryStore()
    const sessions = new SessionManager({ store, secrets: '${secret}' })
    ${code}`
  return promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    cwd: import.meta.dirname,
    timeout: hangMs,
  })
}

describe('SessionManager.end', () => {
  it('ends a process that ignores its rejection, so that no failed save is overlooked', async () => {
    const ignored = run(`
      store.create = () => Promise.reject(new Error('ECONNREFUSED'))
      const session = await sessions.load('')
      session.put('a', 1)
      sessions.end(session)`)
    await expect(ignored).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('ERR_SESSION_STORE'),
    })
  })

  it('makes later changes throw, and returns no promise when nothing has to be stored', async () => {
    const session = await sessions.load(visitor.cookie)
    expect(sessions.end(session)).toBeUndefined()
    expect(() => session.put('b', 1)).toThrow(
      expect.objectContaining({ code: 'ERR_SESSION_ENDED', status: 500 }),
    )
    await expect(session.validateToken('x'.repeat(43))).rejects.toMatchObject({
      code: 'ERR_SESSION_ENDED',
    })
    expect(session.get('a')).toBe(1)
  })

  it('carries out only a destroy where the response has a status of 500 or more', async () => {
    const session = await sessions.load(visitor.cookie)
    session.put('b', 1)
    session.clear()
    expect(sessions.end(session, { status: 500 })).toBeUndefined()
    expect(await visitor.request((it) => it.getData())).toEqual({ a: 1 })
    const destroyed = await sessions.load(visitor.cookie)
    destroyed.destroy()
    expect(await sessions.end(destroyed, { status: 502 })).toContain('Max-Age=0')
    expect(await visitor.request((it) => it.getData())).toEqual({})
  })

  it('keeps what was committed before a response with status 502', async () => {
    const session = await sessions.load(visitor.cookie)
    session.put('b', 1)
    await sessions.commit(session)
    session.put('c', 1)
    expect(sessions.end(session, { status: 502 })).toBeUndefined()
    expect(await visitor.data()).toEqual({ a: 1, b: 1 })
  })

  it('needs the status of the response', async () => {
    const session = await sessions.load(visitor.cookie)
    expect(() => sessions.end(session, { failed: true } as never)).toThrow(TypeError)
    expect(() => session.put('b', 1)).not.toThrow()
  })
})

describe('A store that fails', () => {
  const secretText = () => visitor.cookie?.slice('__Host-session='.length) ?? ''

  for (const [method, request] of [
    ['read', (of: Visitor<Data>) => of.request((session) => session.get('a'))],
    ['update', (of: Visitor<Data>) => of.request((session) => session.put('b', 1))],
    ['delete', (of: Visitor<Data>) => of.request((session) => session.destroy())],
    ['create', (of: Visitor<Data>) => of.request((session) => session.regenerateId(true))],
  ] as const) {
    it(`makes the request reject with the cause, and sets no cookie: ${method}`, async () => {
      const failures = [
        rejecting,
        () => {
          throw new Error('ECONNREFUSED at once')
        },
      ]
      for (const failure of failures) {
        await visitor.request((session) => session.put('a', 1))
        const failing = new Visitor(
          newSessions({ store: storeWith(method, failure) }),
          visitor.cookie,
        )
        const events = await recordedEvents(async () => {
          const error = await request(failing).then(
            () => undefined,
            (thrown: unknown) => thrown,
          )
          expect(error).toBeInstanceOf(SessionError)
          expect(error).toMatchObject({
            code: 'ERR_SESSION_STORE',
            status: 503,
            cause: expect.objectContaining({ message: expect.stringContaining('ECONNREFUSED') }),
          })
          expect(String(error)).not.toContain(secretText())
        })
        expect(events.map(([name]) => name)).toContain('store-error')
        expect(failing.setCookie).toBeUndefined()
      }
      const left = method === 'delete' ? {} : { a: 1 } // The logout closed the record before.
      expect(await visitor.request((session) => session.getData())).toEqual(left)
    })

    it(`is published once when it is given up and rejects later: ${method}`, async () => {
      const { promise: refused, resolve: refuse } = deferred()
      const store = storeWith(method, () => refused.then(rejecting))
      const hanging = new Visitor(newSessions({ store, storeTimeout: 1 }), visitor.cookie)
      const events = await recordedEvents(async () => {
        await expect(request(hanging)).rejects.toThrow(SessionError)
        refuse()
        await nextTurn()
      })
      expect(events.filter(([name]) => name === 'store-error')).toHaveLength(1)
    })

    it(`is given up after storeTimeout: ${method}`, async () => {
      const store = storeWith(method, forever)
      const hanging = new Visitor(newSessions({ store, storeTimeout: 1 }), visitor.cookie)
      await expect(request(hanging)).rejects.toMatchObject({
        code: 'ERR_SESSION_STORE_TIMEOUT',
        status: 503,
      })
      expect(hanging.setCookie).toBeUndefined()
    })
  }

  it('makes validateToken reject, not return false', async () => {
    const token = await visitor.request((session) => session.generateToken())
    const failing = new Visitor(
      newSessions({ store: storeWith('update', rejecting) }),
      visitor.cookie,
    )
    const validation = failing.request((session) => session.validateToken(token))
    await expect(validation).rejects.toMatchObject({ code: 'ERR_SESSION_STORE' })
    expect(await visitor.request((session) => session.validateToken(token))).toBe(true)
  })
})

describe('Secrets that are rotated', () => {
  const next = `new ${secret}`
  const steps = [[secret], [secret, next], [next, secret], [next]]

  it('keep all visitors logged in while servers are one step apart, and sign the cookie anew', async () => {
    const managers = steps.map((secrets) => newSessions({ store, secrets }))
    let cookie = visitor.cookie
    for (const [step, manager] of managers.entries()) {
      const before = managers[Math.max(0, step - 1)] ?? manager
      for (const server of [before, manager, before, manager]) {
        const window = new Visitor(server, cookie)
        expect(await window.request((session) => session.get('a'))).toBe(1)
        cookie = window.cookie
      }
    }
    expect(await new Visitor(sessions, cookie).request((session) => session.get('a'))).toBeNull()
  })

  it('sign the cookie anew also after a token was spent', async () => {
    const token = await visitor.request((session) => session.generateToken())
    const window = new Visitor(newSessions({ store, secrets: [next, secret] }), visitor.cookie)
    expect(await window.request((session) => session.validateToken(token))).toBe(true)
    expect(window.setCookie).toBeDefined()
  })

  it('leave a cookie alone when the write failed', async () => {
    const failing = newSessions({ store: storeWith('update', rejecting), secrets: [next, secret] })
    const window = new Visitor(failing, visitor.cookie)
    await expect(window.request((session) => session.get('a'))).rejects.toThrow(/update failed/)
    expect(window.setCookie).toBeUndefined()
  })

  it('cost one write, which signs the cookie anew', async () => {
    const rotated = newSessions({ store, secrets: [next, secret] })
    const window = new Visitor(rotated, visitor.cookie)
    await window.request(async (session) => {
      window.take(await rotated.commit(session))
      expect(window.setCookie).toBeDefined()
    })
    expect(window.setCookie).toBeUndefined()
    await window.request((session) => session.get('a'))
    expect(window.setCookie).toBeUndefined()
    expect(store.calls).toEqual(['read', 'update', 'read'])
  })
})

describe('SessionManager.gc and close', () => {
  it('removes ended sessions, returns how many, and publishes the number', async () => {
    const { clock, advance } = new TestClock()
    const own = newSessions({ store: new MemoryStore({ clock }), clock })
    await new Visitor(own).request((session) => session.put('a', 1))
    advance(1_000)
    await new Visitor(own).request((session) => session.put('a', 1))
    advance(1_000)
    const events = await recordedEvents(async () => expect(await own.gc()).toBe(1))
    expect(events).toEqual([['gc', { removed: 1 }]])
  })

  /** Resolves when a manager has run gc by itself for the second time. Its first run fails. */
  const secondRun = async () => {
    const second = deferred()
    const runs: number[] = []
    const store = storeWith('gc', async () => {
      if (runs.push(1) === 1) throw new Error('the store is down')
      second.resolve()
      return 0
    })
    const own = newSessions({ store, gcInterval: 1 })
    await own.load(undefined)
    await second.promise
    await own.close()
  }

  it('runs by itself after the first load, and again after a run that failed', async () => {
    await secondRun()
  })

  it('is stopped by close, which waits for the end of the run, and does not begin again', async () => {
    const begun = deferred()
    const seen: string[] = []
    const store = storeWith('gc', async (signal) => {
      seen.push('begun')
      begun.resolve()
      await once(signal ?? new AbortController().signal, 'abort')
      await new Promise(setImmediate)
      seen.push('stopped')
      return 0
    })
    const own = newSessions({ store, gcInterval: 1 })
    await own.load(undefined)
    await begun.promise
    await own.close()
    seen.push('closed')
    await own.load(undefined)
    await secondRun() // Takes longer than one gcInterval, so the closed manager had the time to begin again.
    expect(seen).toEqual(['begun', 'stopped', 'closed'])
  })

  it('keeps no process alive', async () => {
    const { stdout } = await run(`console.log((await sessions.load('')).isNew)`)
    expect(stdout).toBe('true\n')
  })

  it('rejects when the store fails', async () => {
    const own = newSessions({ store: storeWith('gc', rejecting) })
    await expect(own.gc()).rejects.toMatchObject({ code: 'ERR_SESSION_STORE' })
  })
})
