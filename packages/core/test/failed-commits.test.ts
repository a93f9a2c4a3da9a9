import { beforeEach, describe, expect, it } from 'vitest'
import type { Session, SessionManager } from '../src/index.ts'
import { newSessions } from './support/new-sessions.ts'
import { recordedEvents } from './support/recorded-events.ts'
import { UnreliableStore } from './support/unreliable-store.ts'
import { Visitor } from './support/visitor.ts'

type Data = Record<string, unknown>
type Act = (session: Session<Data>) => unknown

let store: UnreliableStore
let sessions: SessionManager<Data>
let visitor: Visitor<Data>

beforeEach(async () => {
  store = new UnreliableStore()
  sessions = newSessions({ store, maxPayloadBytes: 2_000 })
  visitor = new Visitor(sessions)
  await visitor.request((session) => session.put('cart', ['apple']))
})

const failure = { code: 'ERR_SESSION_STORE' }

describe('A commit whose write was made, but answered with an error, and that is tried again', () => {
  const rotating: Record<string, Act> = {
    regenerateId: (session) => session.regenerateId(),
    bindUser: (session) => session.bindUser('user-1'),
  }
  for (const [name, act] of Object.entries(rotating)) {
    it(`keeps what was put between: ${name}`, async () => {
      const session = await sessions.load(visitor.cookie)
      await act(session)
      store.next = 'update'
      await expect(sessions.commit(session)).rejects.toMatchObject(failure)
      session.put('b', 2)
      visitor.take(await sessions.commit(session))
      expect(await visitor.data()).toEqual({ cart: ['apple'], b: 2 })
    })

    it(`gives the cookie of the id that it stored: ${name}`, async () => {
      const session = await sessions.load(visitor.cookie)
      await act(session)
      store.next = 'update'
      await expect(sessions.commit(session)).rejects.toMatchObject(failure)
      visitor.take(await sessions.commit(session))
      expect(await visitor.request((it) => it.getId())).toBe(session.getId())
    })

    it(`stores another id that was asked for between: ${name}`, async () => {
      const session = await sessions.load(visitor.cookie)
      await act(session)
      store.next = 'update'
      await expect(sessions.commit(session)).rejects.toMatchObject(failure)
      session.regenerateId()
      visitor.take(await sessions.commit(session))
      expect(await visitor.data()).toEqual({ cart: ['apple'] })
    })
  }

  it('joins a login once', async () => {
    const old = visitor.clone()
    await visitor.request((session) => session.bindUser('user-1'))
    const session = await sessions.load(old.cookie)
    session.bindUser('user-1')
    store.next = 'update'
    await expect(sessions.commit(session)).rejects.toMatchObject(failure)
    session.put('mine', 1)
    old.take(await sessions.commit(session))
    const found = { cart: ['apple'], mine: 1 }
    expect([await old.data(), await visitor.data()]).toEqual([found, found])
  })

  it('stores a new session', async () => {
    const stranger = new Visitor(sessions)
    const session = await sessions.load(undefined)
    session.put('a', 1)
    store.next = 'create'
    await expect(sessions.commit(session)).rejects.toMatchObject(failure)
    session.bindUser('user-1')
    stranger.take(await sessions.commit(session))
    expect(await stranger.request((it) => [it.userId, it.getData()])).toEqual(['user-1', { a: 1 }])
  })

  it('stores a copy under a new key', async () => {
    const session = await sessions.load(visitor.cookie)
    session.regenerateId(true)
    store.next = 'create'
    await expect(sessions.commit(session)).rejects.toMatchObject(failure)
    visitor.take(await sessions.commit(session))
    expect(await visitor.data()).toEqual({ cart: ['apple'] })
  })
})

describe('A copy that is refused, and tried again', () => {
  it('never uses a key twice, because a delete of the first copy may still be on its way', async () => {
    const session = await sessions.load(visitor.cookie)
    session.regenerateId(true)
    const { key } = session
    await visitor.request((other) => other.regenerateId())
    const refused = { code: 'ERR_SESSION_SUPERSEDED' }
    await expect(sessions.commit(session)).rejects.toMatchObject(refused)
    expect(session.key).not.toBe(key)
    await expect(sessions.commit(session)).rejects.toMatchObject(refused)
  })
})

describe('A new session that cannot be stored', () => {
  const acts: Record<string, Act> = {
    'after clear()': (session) => session.clear(),
    'for another user': (session) => session.bindUser('user-2'),
  }
  for (const [name, act] of Object.entries(acts)) {
    it(`leaves the old one as it was, ${name}`, async () => {
      await visitor.request((session) => session.bindUser('user-1'))
      const answer = visitor.request((session) => {
        act(session)
        session.put('big', 'x'.repeat(3_000))
      })
      await expect(answer).rejects.toMatchObject({ code: 'ERR_SESSION_TOO_LARGE' })
      expect(await visitor.request((session) => session.userId)).toBe('user-1')
    })
  }
})

describe('A logout whose store fails once', () => {
  const failures = ['first update', 'read after it', 'second update'] as const
  for (const [index, when] of failures.entries()) {
    it(`ends also a copy that was made meanwhile: ${when}`, async () => {
      await visitor.request((session) => session.bindUser('user-1'))
      const copy = visitor.clone()
      const logout = await sessions.load(visitor.cookie)
      await copy.request((session) => session.regenerateId(true))
      logout.destroy()
      let calls = 0
      store.before = () => {
        if (calls++ === index) throw new Error('the store is down')
      }
      await sessions.commit(logout).catch(() => {})
      store.before = () => {}
      await visitor.request((session) => session.destroy())
      expect(await copy.request((session) => session.isNew)).toBe(true)
    })
  }
})

describe('A session that was emptied, and whose record could not be deleted', () => {
  it('is over, and the second try clears the cookie', async () => {
    const session = await sessions.load(visitor.cookie)
    session.remove('cart')
    store.before = (operation) => {
      if (operation === 'delete') throw new Error('the store is down')
    }
    await expect(sessions.commit(session)).rejects.toMatchObject(failure)
    store.before = () => {}
    const events = await recordedEvents(async () => {
      expect(await sessions.end(session)).toContain('Max-Age=0')
    })
    expect(events.map(([name]) => name)).not.toContain('lost')
    expect(await visitor.request((it) => it.isNew)).toBe(true)
  })
})

describe('A cookie that a commit by hand made due', () => {
  it('is given by a second end, after the first one failed', async () => {
    const session = await sessions.load(visitor.cookie)
    session.regenerateId()
    const setCookie = await sessions.commit(session)
    session.put('a', 1)
    store.next = 'update'
    await expect(sessions.end(session)).rejects.toMatchObject(failure)
    expect(await sessions.end(session)).toBe(setCookie)
    expect(await sessions.end(session)).toBeUndefined()
  })
})
