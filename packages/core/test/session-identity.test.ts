import { createHmac, hkdfSync } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import type { MemoryStore, Session, SessionManager, SessionToStore } from '../src/index.ts'
import { secret } from './support/new-sessions.ts'
import { newShoppingVisitor } from './support/shopping-visitor.ts'
import type { TestClock } from './support/test-clock.ts'
import { Visitor } from './support/visitor.ts'

type Data = Record<string, unknown>

let time: TestClock
let store: MemoryStore
let sessions: SessionManager<Data>
let visitor: Visitor<Data>

beforeEach(async () => {
  ;({ time, store, sessions, visitor } = await newShoppingVisitor())
})

describe('Session.regenerateId', () => {
  it('gives a new id under the same key, and the old id is no longer valid', async () => {
    const old = visitor.clone()
    const before = await visitor.request((session) => ({ key: session.key, id: session.getId() }))
    const id = await visitor.request((session) => {
      const returned = session.regenerateId()
      expect(returned).toBe(session.getId())
      return returned
    })
    expect(id).not.toBe(before.id)
    await visitor.request((session) => {
      expect([session.key, session.getId()]).toEqual([before.key, id])
      expect(session.get('cart')).toEqual(['apple'])
    })
    expect(await old.data()).toEqual({})
  })

  it('drops all tokens and does not extend the absolute timeout', async () => {
    const createdAt = await visitor.request((session) => session.createdAt)
    const token = await visitor.request((session) => session.generateToken())
    time.advance(100)
    await visitor.request((session) => session.regenerateId())
    await visitor.request(async (session) => {
      expect(session.createdAt).toEqual(createdAt)
      expect(await session.validateToken(token)).toBe(false)
    })
  })

  it('leaves one live id of 20 parallel calls; the other requests are refused and set no cookie', async () => {
    const created: string[] = []
    const create = store.create.bind(store)
    store.create = (key, session) => {
      created.push(key)
      return create(key, session)
    }
    const windows = Array.from({ length: 20 }, () => visitor.clone())
    const answers = await Promise.allSettled(
      windows.map((it) => it.request((session) => session.regenerateId())),
    )
    expect(windows.filter((it) => it.setCookie !== undefined)).toHaveLength(1)
    const refused = answers.flatMap((it) => (it.status === 'rejected' ? [it.reason.code] : []))
    expect(refused).toEqual(Array(19).fill('ERR_SESSION_SUPERSEDED'))
    const alive = await Promise.all(windows.map(async (it) => 'cart' in (await it.data())))
    expect(alive.filter(Boolean)).toHaveLength(1)
    expect(created).toEqual([])
  })
})

describe('Session.regenerateId(true)', () => {
  it('continues under a new key and leaves the old session as it was', async () => {
    const old = visitor.clone()
    const token = await visitor.request((session) => session.generateToken())
    const before = await visitor.request((session) => ({ key: session.key, at: session.createdAt }))
    time.advance(10)
    await visitor.request((session) => {
      session.put('new', 1)
      session.regenerateId(true)
    })
    await visitor.request(async (session) => {
      expect(session.key).not.toBe(before.key)
      expect(session.createdAt).toEqual(before.at)
      expect(session.getData()).toEqual({ cart: ['apple'], new: 1 })
      expect(await session.validateToken(token)).toBe(false)
    })
    await old.request(async (session) => {
      expect(session.key).toBe(before.key)
      expect(session.getData()).toEqual({ cart: ['apple'] })
      expect(await session.validateToken(token)).toBe(true)
    })
  })

  it('happens once, and what is put after its commit is stored under the new key', async () => {
    const session = await sessions.load(visitor.cookie)
    session.regenerateId(true)
    visitor.take(await sessions.commit(session))
    session.put('after', 1)
    expect(await sessions.commit(session)).toBeUndefined()
    expect(await visitor.data()).toEqual({ cart: ['apple'], after: 1 })
    expect(await visitor.request((it) => it.key)).toBe(session.key)
  })

  it('copies also what other requests put meanwhile', async () => {
    await visitor.request(async (session) => {
      await visitor.clone().request((other) => other.put('theirs', 1))
      session.regenerateId(true)
    })
    expect(await visitor.data()).toEqual({ cart: ['apple'], theirs: 1 })
  })

  it('leaves no copy after another request destroyed the session or changed its id', async () => {
    for (const end of ['destroy', 'regenerateId'] as const) {
      const old = visitor.clone()
      const copied: string[] = []
      const answer = old.request(async (session) => {
        await visitor.request((other) => other[end]())
        session.regenerateId(true)
        copied.push(session.key)
      })
      if (end === 'destroy') await answer
      else await expect(answer).rejects.toMatchObject({ code: 'ERR_SESSION_SUPERSEDED' })
      expect(old.setCookie).toBeUndefined()
      expect(await store.read(copied[0] ?? '')).toBeUndefined()
      await visitor.request((session) => session.put('cart', ['apple']))
    }
  })

  it('is ended, too, by a logout with the old id within 30 seconds', async () => {
    const old = visitor.clone()
    await visitor.request((session) => session.regenerateId(true))
    time.advance(29)
    await old.request((session) => session.destroy())
    expect(await visitor.data()).toEqual({})
  })

  it('leaves the old session under the old id, also when the copy is logged out', async () => {
    const old = visitor.clone()
    await visitor.request((session) => session.regenerateId(true))
    await visitor.request((session) => session.destroy())
    expect(await old.data()).toEqual({ cart: ['apple'] })
  })

  it('is followed by a destroy that deletes both records', async () => {
    const old = visitor.clone()
    const session = await sessions.load(visitor.cookie)
    session.regenerateId(true)
    const forked = new Visitor(sessions)
    forked.take(await sessions.commit(session))
    session.destroy()
    expect(await sessions.commit(session)).toContain('Max-Age=0')
    expect([await old.data(), await forked.data()]).toEqual([{}, {}])
  })
})

describe('Session.bindUser', () => {
  it('binds the session to a user, keeps its data and makes the old id invalid', async () => {
    const old = visitor.clone()
    await visitor.request((session) => {
      session.bindUser('user-1')
      expect(session.userId).toBe('user-1')
    })
    await visitor.request((session) => {
      expect(session.userId).toBe('user-1')
      expect(session.get('cart')).toEqual(['apple'])
    })
    await old.request((session) => expect(session.userId).toBeUndefined())
  })

  it('notes when the user proved who he is', async () => {
    const bound = async (options?: { authenticatedAt: Date | null }) => {
      await visitor.request((session) => {
        session.bindUser('user-1', options)
        const now = session.authenticatedAt
        time.advance(5)
        return now
      })
      return visitor.request((session) => session.authenticatedAt)
    }
    const now = () => Math.floor(time.clock() / 1_000) * 1_000
    const before = now()
    expect(await bound()).toEqual(new Date(before))
    const earlier = new Date(before - 60_000)
    expect(await bound({ authenticatedAt: earlier })).toEqual(earlier)
    expect(await bound({ authenticatedAt: null })).toBeUndefined()
    const future = new Date(before + 3_600_000)
    const last = now()
    expect(await bound({ authenticatedAt: future })).toEqual(new Date(last))
    await visitor.request((session) => {
      for (const authenticatedAt of [1_760_000_000, 'now', new Date(Number.NaN)]) {
        const options = { authenticatedAt } as unknown as { authenticatedAt: Date }
        expect(() => session.bindUser('user-1', options)).toThrow(/valid Date, or null/)
      }
    })
  })

  it('begins the absolute time anew: who browses for 11 h 59 min and signs in stays signed in', async () => {
    for (let minutes = 0; minutes < 719; minutes += 20) {
      await visitor.data()
      time.advance(20 * 60)
    }
    await visitor.request((session) => session.bindUser('user-1'))
    time.advance(20 * 60)
    expect(await visitor.request((session) => session.userId)).toBe('user-1')
  })

  it('makes all tokens of before the login invalid', async () => {
    const [token, form] = await visitor.request((session) => [
      session.generateToken(),
      session.csrfToken(),
    ])
    await visitor.request((session) => session.bindUser('user-1'))
    await visitor.request(async (session) => {
      expect(await session.validateToken(token)).toBe(false)
      expect(session.verifyCsrfToken(form)).toBe(false)
    })
  })

  it.each<[string, (session: Session<Data>) => unknown]>([
    ['signs out first', (session) => session.clear()],
    ['signs in over the first one', () => {}],
  ])('gives the next user of the browser no time less: he %s', async (_, signOut) => {
    await visitor.request((session) => session.bindUser('user-1'))
    for (let minutes = 0; minutes < 719; minutes += 20) {
      await visitor.data()
      time.advance(20 * 60)
    }
    const { createdAt } = await visitor.request((session) => {
      signOut(session)
      session.bindUser('user-2')
      return session
    })
    expect(createdAt).toEqual(new Date(time.clock()))
    for (let minutes = 0; minutes < 719; minutes += 20) {
      expect(await visitor.request((session) => session.userId)).toBe('user-2')
      time.advance(20 * 60)
    }
    expect(await visitor.request((session) => session.userId)).toBeUndefined()
  })

  it('ends the session of one user before it binds another', async () => {
    await visitor.request((session) => session.bindUser('user-1'))
    const before = visitor.clone()
    await visitor.request((session) => {
      session.bindUser('user-1')
      expect(session.has('cart')).toBe(true)
      session.bindUser('user-2')
      session.put('new', 1)
    })
    await visitor.request((session) => {
      expect(session.userId).toBe('user-2')
      expect(session.getData()).toEqual({ new: 1 })
    })
    expect(await before.data()).toEqual({})
  })

  it('gives the store a user key, never the user id', async () => {
    const handed: SessionToStore[] = []
    const create = store.create.bind(store)
    store.create = (key, session) => {
      handed.push(session)
      return create(key, session)
    }
    const key = await new Visitor(sessions).request((session) => {
      session.bindUser('jane@example.com')
      return session.key
    })
    const [{ userKey = '' } = {}] = handed
    const derived = hkdfSync('sha256', secret, '', 'mako-session user', 32)
    const expected = createHmac('sha256', Buffer.from(derived)).update('jane@example.com')
    expect(userKey).toBe(expected.digest('hex'))
    expect(await store.findByUser(userKey)).toEqual([key])
  })

  it('logs a visitor in also when another login replaced the id a moment ago', async () => {
    const doubleClick = visitor.clone()
    await Promise.all(
      [visitor, doubleClick].map((it) => it.request((session) => session.bindUser('user-1'))),
    )
    for (const window of [visitor, doubleClick]) {
      expect(await window.request((session) => [session.userId, session.getData()])).toEqual([
        'user-1',
        { cart: ['apple'] },
      ])
    }
    const keys = await Promise.all(
      [visitor, doubleClick].map((it) => it.request((session) => session.key)),
    )
    expect(keys[0]).toBe(keys[1])
  })

  it('refuses an invalid user id', async () => {
    await visitor.request((session) => {
      for (const id of ['', 7, undefined, '\ud800']) {
        expect(() => session.bindUser(id as string)).toThrow(TypeError)
      }
    })
  })
})

describe('Session.clear', () => {
  it('ends the session, and what comes after it is a new one', async () => {
    const token = await visitor.request((session) => {
      session.bindUser('user-1')
      session.flash('notice', 1)
      return session.generateToken()
    })
    const old = visitor.clone()
    const before = await visitor.request((session) => session.key)
    const key = await visitor.request((session) => {
      const cart = session.get('cart') as string[]
      session.clear()
      cart.push('late')
      expect([session.userId, session.get('cart'), session.flash('notice')]).toEqual([
        undefined,
        null,
        false,
      ])
      session.put('after', 1)
      return session.key
    })
    expect(key).not.toBe(before)
    await visitor.request(async (session) => {
      expect(session.key).toBe(key)
      expect(session.userId).toBeUndefined()
      expect(session.getData()).toEqual({ after: 1 })
      expect(session.flash('notice')).toBe(false)
      expect(await session.validateToken(token)).toBe(false)
    })
    expect(await store.read(before)).toBeUndefined()
    expect(await old.data()).toEqual({})
  })

  it('clears the cookie when nothing comes after it', async () => {
    await visitor.request((session) => session.clear())
    expect(visitor.setCookie).toContain('Max-Age=0')
  })

  it('ends also what another request put meanwhile', async () => {
    await visitor.request(async (session) => {
      await visitor.clone().request((other) => other.put('theirs', 1))
      session.clear()
      session.put('mine', 1)
    })
    expect(await visitor.data()).toEqual({ mine: 1 })
  })

  it('lets a user log out with a message', async () => {
    await visitor.request((session) => session.bindUser('user-1'))
    const old = visitor.clone()
    await visitor.request((session) => {
      session.clear()
      session.flash('notice', 'Bye')
    })
    expect(await visitor.request((session) => [session.userId, session.flash('notice')])).toEqual([
      undefined,
      'Bye',
    ])
    expect(await old.request((session) => session.userId)).toBeUndefined()
  })

  it('gives the forms of the page after it a CSRF token of the new session', async () => {
    const token = await visitor.request((session) => {
      session.clear()
      return session.csrfToken()
    })
    expect(await visitor.request((session) => session.verifyCsrfToken(token))).toBe(true)
  })
})

describe('Session.destroy', () => {
  it('deletes the session and clears the cookie', async () => {
    const old = visitor.clone()
    await visitor.request((session) => {
      session.destroy()
      session.destroy()
      expect(session.get('cart')).toBeNull()
    })
    expect(visitor.setCookie).toBe(
      '__Host-session=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/; HttpOnly; Secure; SameSite=Lax',
    )
    expect(await old.data()).toEqual({})
  })

  it('makes all later changes throw', async () => {
    const session = await sessions.load(visitor.cookie)
    session.destroy()
    const changes = [
      () => session.put('a', 1),
      () => session.remove('a'),
      () => session.update('a', () => 1),
      () => session.flash('a', 1),
      () => session.reflash(),
      () => session.generateToken(),
      () => session.regenerateId(),
      () => session.bindUser('user-1'),
      () => session.clear(),
    ]
    for (const change of changes) {
      expect(change).toThrow(expect.objectContaining({ code: 'ERR_SESSION_ENDED', status: 500 }))
    }
  })

  it('sets no cookie for a visitor without a session', async () => {
    const stranger = new Visitor(sessions)
    await stranger.request((session) => {
      session.put('a', 1)
      session.destroy()
    })
    expect(stranger.setCookie).toBeUndefined()
  })
})
