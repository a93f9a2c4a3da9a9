import { beforeEach, describe, expect, it } from 'vitest'
import type { MemoryStore, Session, SessionManager } from '../src/index.ts'
import { newSessions } from './support/new-sessions.ts'
import { recordedEvents } from './support/recorded-events.ts'
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

/** A visitor who signed in, in a session of his own. */
async function signedIn(user = 'user-1', over = sessions): Promise<Visitor<Data>> {
  const window = new Visitor(over)
  await window.request((session) => session.bindUser(user))
  return window
}

const ended = (window: Visitor<Data>) => window.request((session) => session.isNew)

describe('A token check that is still under way', () => {
  const ends: Record<string, (session: Session<Data>) => unknown> = {
    clear: (session) => {
      session.clear()
      session.put('after', 1)
    },
    'another user': (session) => session.bindUser('user-2'),
  }
  for (const [name, end] of Object.entries(ends)) {
    it(`gives nothing of the old session to the new one: ${name}`, async () => {
      const token = await visitor.request((session) => {
        session.bindUser('user-1')
        session.put('private', 1)
        return session.generateToken()
      })
      const session = await sessions.load(visitor.cookie)
      const check = session.validateToken(token)
      end(session)
      await check
      visitor.take(await sessions.end(session))
      await visitor.request((it) => {
        expect(it.userId).not.toBe('user-1')
        expect(it.has('private')).toBe(false)
      })
    })
  }

  it('does not bring a destroyed session back', async () => {
    const token = await visitor.request((session) => session.generateToken())
    const session = await sessions.load(visitor.cookie)
    const check = session.validateToken(token)
    session.destroy()
    await check
    expect([session.isNew, session.getData()]).toEqual([true, {}])
    await sessions.end(session)
    expect(await ended(visitor)).toBe(true)
  })
})

describe('A logout', () => {
  for (const end of ['destroy', 'clear'] as const) {
    it(`ends every session that the cookies of the browser open: ${end}`, async () => {
      const [one, other] = [await signedIn(), await signedIn()]
      const browser = new Visitor(sessions, `${one.cookie}; ${other.cookie}`)
      await browser.request((session) => session[end]())
      expect([await ended(one), await ended(other)]).toEqual([true, true])
    })

    it(`ends them also where none was chosen, because two users are signed in: ${end}`, async () => {
      const [one, other] = [await signedIn('user-1'), await signedIn('user-2')]
      const browser = new Visitor(sessions, `${one.cookie}; ${other.cookie}`)
      await browser.request((session) => {
        expect([session.isNew, session.ending]).toEqual([true, 'ambiguous'])
        session[end]()
      })
      expect(browser.setCookie).toContain('Max-Age=0')
      expect([await ended(one), await ended(other)]).toEqual([true, true])
    })
  }

  it('finishes one that died midway', async () => {
    await visitor.request((session) => session.bindUser('user-1'))
    const copy = visitor.clone()
    await copy.request((session) => session.regenerateId(true))
    const key = await visitor.request((session) => session.key)
    const reading = store.read.bind(store)
    store.read = async (read) => {
      if (read !== key) throw new Error('the store is down')
      return reading(read)
    }
    await expect(visitor.request((session) => session.destroy())).rejects.toThrow()
    store.read = reading
    await visitor.request((session) => {
      expect(session.isNew).toBe(true)
      session.destroy()
    })
    expect(await ended(copy)).toBe(true)
    expect(await store.read(key)).toBeUndefined()
  })

  it('deletes a record that cannot be read', async () => {
    const key = await visitor.request((session) => session.key)
    const { version = '' } = (await store.read(key)) ?? {}
    await store.update(key, version, { version: 'x'.repeat(22), payload: 'unreadable', ttl: 100 })
    await visitor.request((session) => session.destroy())
    expect(await store.read(key)).toBeUndefined()
  })

  it('ends a copy that a server made whose clock is 90 s behind', async () => {
    const ahead = newSessions({ store, clock: () => time.clock() + 90_000 })
    const original = new Visitor(ahead, visitor.cookie)
    await visitor.request((session) => session.regenerateId(true))
    await original.request((session) => session.destroy())
    expect(await ended(visitor)).toBe(true)
  })

  it('ends also the session that another request replaced the id of, before this one logged in anew', async () => {
    const session = await sessions.load(visitor.cookie)
    await visitor.request((other) => other.regenerateId())
    session.bindUser('user-1')
    await sessions.commit(session)
    session.destroy()
    await sessions.end(session)
    expect(await ended(visitor)).toBe(true)
  })

  it('ends a copy of a copy', async () => {
    const [first, second] = [visitor.clone(), visitor.clone()]
    await first.request((session) => session.regenerateId(true))
    second.cookie = first.cookie
    await second.request((session) => session.regenerateId(true))
    await visitor.request((session) => session.destroy())
    expect([await ended(first), await ended(second)]).toEqual([true, true])
  })
})

describe('A visitor who signs out while another request changes the id of his session', () => {
  const signOuts: Record<string, (session: Session<Data>) => unknown> = {
    'clear() and a message': (session) => {
      session.clear()
      session.flash('notice', 'Good bye')
    },
    'destroy()': (session) => session.destroy(),
  }
  const changes: Record<string, (session: Session<Data>) => unknown> = {
    'regenerateId()': (session) => session.regenerateId(),
    'regenerateId(true)': (session) => session.regenerateId(true),
    'a second login': (session) => session.bindUser('user-1'),
  }
  const cases = Object.entries(signOuts).flatMap(([by, signOut]) =>
    Object.entries(changes).map(([during, change]) => [by, during, signOut, change] as const),
  )
  it.each(cases)('is signed out, with each id that he had: by %s, during %s', async (...given) => {
    const [by, , signOut, change] = given
    const strict = newSessions({ store, clock: time.clock, onLost: 'throw' })
    for (const delay of [undefined, 0, 29]) {
      const before = await signedIn('user-1', strict)
      const [out, changed] = [before.clone(), before.clone()]
      if (delay === undefined) {
        await out.request(async (session) => {
          await changed.request(change)
          return signOut(session)
        })
      } else {
        await changed.request(change)
        time.advance(delay)
        await out.request(signOut)
      }
      expect(out.setCookie).toBeDefined()
      const bye = await out.request((it) => [it.userId, it.flash('notice')])
      expect(bye).toEqual([undefined, by === 'destroy()' ? false : 'Good bye'])
      for (const window of [before, changed]) {
        expect(await window.request((session) => session.userId)).toBeUndefined()
      }
    }
  })
})

describe('A visitor who signs in while his session ends', () => {
  const ends: Record<string, () => unknown> = {
    'it times out': () => time.advance(1_800),
    'he signs out in another tab': () => visitor.clone().request((session) => session.destroy()),
    'another tab empties it': () => visitor.clone().request((session) => session.remove('cart')),
  }
  for (const [name, end] of Object.entries(ends)) {
    it(`is signed in, to a session with what the login put: ${name}`, async () => {
      await visitor.request(async (session) => {
        await end()
        session.bindUser('user-1')
        session.put('welcome', true)
      })
      expect(await visitor.request((it) => [it.userId, it.getData()])).toEqual([
        'user-1',
        { welcome: true },
      ])
    })
  }
})

describe('A login with the cookies of two users', () => {
  it('ends the sessions of the other users, so that it sticks', async () => {
    const [one, other] = [await signedIn('user-1'), await signedIn('user-2')]
    const browser = new Visitor(sessions, `${one.cookie}; ${other.cookie}`)
    await browser.request((session) => session.bindUser('user-2'))
    const cookies = `${one.cookie}; ${other.cookie}; ${browser.cookie}`
    expect(await new Visitor(sessions, cookies).request((it) => it.userId)).toBe('user-2')
    expect(await ended(one)).toBe(true)
  })

  const before: Record<string, (session: Session<Data>) => unknown> = {
    'a value': (session) => session.put('cart', ['apple']),
    'a first factor': (session) => session.bindUser('user-2'),
    'a logout': (session) => {
      session.clear()
      session.put('cart', ['apple'])
    },
  }
  for (const [name, act] of Object.entries(before)) {
    it(`goes on in the session in which the same request stored ${name}`, async () => {
      const [one, other] = [await signedIn('user-1'), await signedIn('user-2')]
      const browser = new Visitor(sessions, `${one.cookie}; ${other.cookie}`)
      const key = await browser.request(async (session) => {
        act(session)
        await sessions.commit(session)
        session.put('later', 1)
        session.bindUser('user-2')
        return session.key
      })
      const found = await browser.request((it) => [it.key, it.userId, it.get('later')])
      expect(found).toEqual([key, 'user-2', 1])
      expect(await ended(one)).toBe(true)
    })
  }

  describe('finishes the end of a session of another user that died midway', () => {
    let one: Visitor<Data>
    let copy: Visitor<Data>

    beforeEach(async () => {
      one = await signedIn('user-1')
      copy = one.clone()
      await copy.request((session) => session.regenerateId(true))
      const session = await sessions.load(one.cookie)
      session.bindUser('user-2')
      const { read } = store
      store.read = () => Promise.reject(new Error('down'))
      await expect(sessions.commit(session)).rejects.toMatchObject({ code: 'ERR_SESSION_STORE' })
      store.read = read
    })

    it('and begins a new one', async () => {
      await one.request((session) => session.bindUser('user-2'))
      expect(await ended(copy)).toBe(true)
      expect(await one.request((session) => session.userId)).toBe('user-2')
    })

    it('and joins the other half of a double click', async () => {
      const late = new Visitor(sessions, `${visitor.cookie}; ${one.cookie}`)
      await visitor.request((session) => session.bindUser('user-2'))
      await late.request((session) => session.bindUser('user-2'))
      expect(await ended(copy)).toBe(true)
      const key = await visitor.request((session) => session.key)
      expect(await late.request((session) => session.key)).toBe(key)
    })
  })
})

describe('The cookies of a browser after cookie.path or cookie.domain was changed', () => {
  it('give the only session that has a user, of one user the last login', async () => {
    const first = await signedIn()
    expect(
      await new Visitor(sessions, `${visitor.cookie}; ${first.cookie}`).request((it) => it.userId),
    ).toBe('user-1')
    time.advance(5)
    const last = await signedIn()
    const key = await last.request((session) => session.key)
    for (const cookies of [`${first.cookie}; ${last.cookie}`, `${last.cookie}; ${first.cookie}`]) {
      expect(await new Visitor(sessions, cookies).request((it) => it.key)).toBe(key)
    }
  })

  it('give no session of two visitors, with an event, until a login, which sticks', async () => {
    const newPath = new Visitor(sessions)
    await newPath.request((session) => session.put('cart', ['pear']))
    const browser = new Visitor(sessions, `${visitor.cookie}; ${newPath.cookie}`)
    const events = await recordedEvents(async () => {
      await browser.request((session) => {
        expect([session.isNew, session.ending]).toEqual([true, 'ambiguous'])
        session.bindUser('user-1')
      })
    })
    expect(events).toContainEqual(['rejected', { reason: 'ambiguous' }])
    // The browser keeps the cookie of the old path beside the new one.
    for (const cookies of [
      `${visitor.cookie}; ${browser.cookie}`,
      `${browser.cookie}; ${visitor.cookie}`,
    ]) {
      expect(await new Visitor(sessions, cookies).request((it) => it.userId)).toBe('user-1')
    }
  })
})

describe('The last message of a session', () => {
  it('does not take along what another request puts while it is shown', async () => {
    const guest = new Visitor(sessions)
    await guest.request((session) => session.flash('notice', 'Good bye'))
    const slow = await sessions.load(guest.cookie)
    await guest.request((session) => session.flash('notice'))
    expect(guest.setCookie).toContain('Max-Age=0')
    slow.put('cart', ['pear'])
    guest.take(await sessions.end(slow))
    expect(await guest.data()).toEqual({ cart: ['pear'] })
  })

  it('leaves no session behind where two pages show it at the same time', async () => {
    const guest = new Visitor(sessions)
    await guest.request((session) => session.flash('notice', 'Good bye'))
    const slow = await sessions.load(guest.cookie)
    await guest.request((session) => session.flash('notice'))
    expect(slow.flash('notice')).toBe('Good bye')
    expect(await sessions.end(slow)).toBeUndefined()
  })

  it('does not end a copy of the session', async () => {
    const guest = new Visitor(sessions)
    await guest.request((session) => session.flash('notice', 'Hello'))
    const copy = guest.clone()
    const page = await sessions.load(guest.cookie)
    await copy.request((session) => {
      session.regenerateId(true)
      session.bindUser('user-1')
    })
    page.flash('notice')
    await sessions.end(page)
    expect(await copy.request((session) => session.userId)).toBe('user-1')
  })
})

describe('session.expiresAt', () => {
  it('counts from the login that the request is about to store', async () => {
    const short = newSessions({ store, clock: time.clock, idleTimeout: 90, absoluteTimeout: 100 })
    const window = new Visitor(short)
    await window.request((session) => session.put('a', 1))
    time.advance(60)
    await window.request((session) => session.put('a', 2))
    const [before, after] = await window.request((session) => {
      const expiresAt = session.expiresAt.getTime()
      session.bindUser('user-1')
      return [expiresAt, session.expiresAt.getTime()]
    })
    expect((after ?? 0) - (before ?? 0)).toBe(50_000)
  })
})
