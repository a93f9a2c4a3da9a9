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

const addOne = (n: unknown) => (n as number) + 1

/** Runs `other` in another window after `visitor` loaded its session and before it changes it. */
async function meanwhile(
  other: Parameters<Visitor<Data>['request']>[0],
  change: Parameters<Visitor<Data>['request']>[0],
): Promise<Visitor<Data>> {
  const window = visitor.clone()
  await visitor.request(async (session) => {
    await window.request(other)
    return change(session)
  })
  return window
}

describe('Two requests of one session', () => {
  it('both keep changes of different keys', async () => {
    await meanwhile(
      (session) => session.put('theirs', 1),
      (session) => {
        session.put('mine', 2)
        session.remove('cart')
      },
    )
    expect(await visitor.data()).toEqual({ theirs: 1, mine: 2 })
  })

  it('keep the value that was stored last when both put the same key', async () => {
    await meanwhile(
      (session) => session.put('same', 'first'),
      (session) => session.put('same', 'second'),
    )
    expect(await visitor.data()).toMatchObject({ same: 'second' })
  })

  it('both count with update', async () => {
    await meanwhile(
      (session) => session.update('n', addOne, 0),
      (session) => {
        session.update('n', addOne, 0)
        session.update('n', addOne, 0)
      },
    )
    expect(await visitor.data()).toMatchObject({ n: 3 })
  })

  it('both keep their tokens, flash values and in-place changes of different keys', async () => {
    await visitor.request((session) => session.put('list', [1]))
    const tokens: string[] = []
    await meanwhile(
      (session) => {
        tokens.push(session.generateToken())
        session.flash('theirs', 1)
        const cart = session.get('cart') as string[]
        cart.push('pear')
      },
      (session) => {
        tokens.push(session.generateToken())
        session.flash('mine', 2)
        const list = session.get('list') as number[]
        list.push(2)
      },
    )
    await visitor.request(async (session) => {
      expect(session.getData()).toEqual({ cart: ['apple', 'pear'], list: [1, 2] })
      expect([session.flash('theirs'), session.flash('mine')]).toEqual([1, 2])
      for (const token of tokens) expect(await session.validateToken(token)).toBe(true)
    })
  })

  it('have the same result as one after the other when one of them clears the session', async () => {
    const two = (session: { put(key: string, value: unknown): void }) => {
      session.put('a', 1)
      session.put('b', 1)
    }
    await meanwhile(two, (session) => session.clear())
    expect(await visitor.data()).toEqual({})
    await visitor.request((session) => session.put('c', 1))
    const events = await recordedEvents(() => meanwhile((session) => session.clear(), two))
    expect(events.map(([event]) => event)).toContain('lost')
    expect(await visitor.data()).toEqual({})
  })

  it('count all of 100 parallel increments', async () => {
    const batches = Array.from({ length: 20 }, async () => {
      for (let index = 0; index < 5; index += 1) {
        await visitor.clone().request((session) => session.update('n', addOne, 0))
      }
    })
    await Promise.all(batches)
    expect(await visitor.data()).toMatchObject({ n: 100 })
  })
})

describe('A page that sends 20 requests at once, of which one changes the id', () => {
  it('finds each change stored, or refused with 409', async () => {
    const windows = Array.from({ length: 20 }, () => visitor.clone())
    const loaded = await Promise.all(windows.map((it) => sessions.load(it.cookie)))
    for (const [index, session] of loaded.entries()) {
      if (index === 10) session.regenerateId()
      else session.put(`change ${index}`, index)
    }
    const answers = await Promise.allSettled(loaded.map((it) => sessions.commit(it)))
    const [changed] = answers.flatMap((it) => (it.status === 'fulfilled' && it.value) || [])
    visitor.take(changed)
    const stored = await visitor.data()
    const codes = answers.map((it) => (it.status === 'rejected' ? it.reason.code : undefined))
    for (const [index, code] of codes.entries()) {
      if (index === 10) expect(code).toBeUndefined()
      else expect(code).toBe(`change ${index}` in stored ? undefined : 'ERR_SESSION_SUPERSEDED')
    }
    expect(codes).toContain('ERR_SESSION_SUPERSEDED')
    expect(stored).toHaveProperty('cart')
  })
})

describe('A request that is slower than a destroy', () => {
  const changes: Record<string, Parameters<Visitor<Data>['request']>[0]> = {
    put: (session) => session.put('late', 1),
    flash: (session) => session.flash('late', 1),
    regenerateId: (session) => session.regenerateId(),
    'regenerateId(true)': (session) => session.regenerateId(true),
    generateToken: (session) => session.generateToken(),
  }
  for (const [name, change] of Object.entries(changes)) {
    it(`does not bring the session back: ${name}`, async () => {
      const old = visitor.cookie
      const events = await recordedEvents(() => meanwhile((session) => session.destroy(), change))
      expect(visitor.setCookie).toBeUndefined()
      expect(events.map(([event]) => event)).toContain('lost')
      const events2 = await recordedEvents(() => new Visitor(sessions, old).data())
      expect(events2).toEqual([['rejected', { reason: 'unknown', key: expect.any(String) }]])
      expect(await store.gc()).toBe(0)
    })
  }

  it('does not bring the session back with a renewal, and nothing is lost by that', async () => {
    time.advance(120)
    const events = await recordedEvents(() =>
      meanwhile(
        (session) => session.destroy(),
        () => {},
      ),
    )
    expect(events.map(([event]) => event)).not.toContain('lost')
    expect([visitor.setCookie, await visitor.data()]).toEqual([undefined, {}])
  })

  it('begins a new session where it logs in, with only what it put', async () => {
    await meanwhile(
      (session) => session.destroy(),
      (session) => {
        session.put('mine', 1)
        session.bindUser('user-1')
      },
    )
    expect(await visitor.request((session) => [session.userId, session.getData()])).toEqual([
      'user-1',
      { mine: 1 },
    ])
  })

  it('goes on in a new session where it clears the old one, too', async () => {
    await meanwhile(
      (session) => session.destroy(),
      (session) => {
        session.clear()
        session.flash('notice', 'Bye')
      },
    )
    expect(
      await visitor.request((session) => [session.getData(), session.flash('notice')]),
    ).toEqual([{}, 'Bye'])
  })

  it('publishes one lost event, however often it is committed', async () => {
    const late = await sessions.load(visitor.cookie)
    await visitor.request((session) => session.destroy())
    late.put('late', 1)
    const events = await recordedEvents(async () => {
      await sessions.commit(late)
      await sessions.end(late)
    })
    expect(events).toEqual([['lost', { key: late.key }]])
  })

  it("makes its commit throw with onLost: 'throw'", async () => {
    const strict = new Visitor(
      newSessions({ store, clock: time.clock, onLost: 'throw' }),
      visitor.cookie,
    )
    const request = strict.request(async (session) => {
      await visitor.request((other) => other.destroy())
      session.put('late', 1)
    })
    await expect(request).rejects.toMatchObject({ code: 'ERR_SESSION_LOST', status: 409 })
  })
})

describe('A request with an id that was replaced', () => {
  const superseded = { code: 'ERR_SESSION_SUPERSEDED', status: 409 }
  const login = (session: Session<Data>) => session.bindUser('user-1')

  it('sees an empty session for 30 seconds, and its changes are refused with 409', async () => {
    const old = visitor.clone()
    await visitor.request(login)
    time.advance(29)
    const changes: ((session: Session<Data>) => unknown)[] = [
      (session) => session.put('late', 1),
      (session) => session.remove('cart'),
      (session) => session.update('n', addOne, 0),
      (session) => session.flash('late', 1),
      (session) => session.regenerateId(),
      (session) => session.regenerateId(true),
      (session) => session.generateToken(),
    ]
    for (const change of changes) {
      const answer = old.request((session) => {
        expect([session.isNew, session.isSuperseded, session.ending, session.getData()]).toEqual([
          true,
          true,
          'superseded',
          {},
        ])
        change(session)
      })
      await expect(answer, String(change)).rejects.toMatchObject(superseded)
      expect(old.setCookie).toBeUndefined()
    }
    expect(await visitor.data()).toEqual({ cart: ['apple'] })
  })

  it('stores nothing and sets no cookie where it only looks, checks a token or makes a CSRF token', async () => {
    const token = await visitor.request((session) => session.generateToken())
    const old = visitor.clone()
    await visitor.request((session) => session.regenerateId())
    await old.request(async (session) => {
      expect(session.get('cart')).toBeNull()
      expect(await session.validateToken(token)).toBe(false)
      expect(session.verifyCsrfToken(session.csrfToken())).toBe(true)
    })
    expect(old.setCookie).toBeUndefined()
  })

  for (const end of ['destroy', 'clear'] as const) {
    it(`is a logout that is carried out: ${end}`, async () => {
      await visitor.request(login)
      const [before, late] = [visitor.clone(), visitor.clone()]
      await before.request(async (session) => {
        await visitor.request((other) => other.regenerateId())
        session[end]()
      })
      expect(before.setCookie).toContain('Max-Age=0')
      expect(await visitor.request((session) => session.isNew)).toBe(true)

      await visitor.request(login)
      late.cookie = visitor.cookie
      await visitor.request((session) => session.regenerateId())
      await late.request((session) => session[end]())
      expect(late.setCookie).toContain('Max-Age=0')
      expect(await visitor.request((session) => session.isNew)).toBe(true)
    })
  }

  it('joins the login of a double click that was stored before it arrives', async () => {
    const old = visitor.clone()
    const key = await visitor.request((session) => {
      login(session)
      return session.key
    })
    const token = await visitor.request((session) => session.generateToken())
    await old.request((session) => {
      session.put('mine', 1)
      login(session)
    })
    for (const window of [visitor, old]) {
      expect(await window.request((it) => [it.key, it.userId, it.getData()])).toEqual([
        key,
        'user-1',
        { cart: ['apple'], mine: 1 },
      ])
    }
    expect(await old.request((session) => session.validateToken(token))).toBe(true)
  })

  it('joins the login of a double click that was stored while it ran', async () => {
    const window = await meanwhile(login, (session) => {
      session.put('mine', 1)
      login(session)
    })
    for (const each of [visitor, window]) {
      expect(await each.request((session) => [session.userId, session.getData()])).toEqual([
        'user-1',
        { cart: ['apple'], mine: 1 },
      ])
    }
  })

  it('goes on in the session that it joined', async () => {
    const old = visitor.clone()
    await visitor.request(login)
    const session = await sessions.load(old.cookie)
    login(session)
    const token = session.csrfToken()
    old.take(await sessions.commit(session))
    session.put('after', 1)
    await sessions.commit(session)
    expect(await visitor.data()).toEqual({ cart: ['apple'], after: 1 })
    expect(await old.request((it) => it.verifyCsrfToken(token))).toBe(true)
    expect(await visitor.request((it) => it.verifyCsrfToken(token))).toBe(true)
    session.destroy()
    await sessions.commit(session)
    expect(await visitor.data()).toEqual({})
  })

  it('lets at most four answers of one login open the session; a fifth gets one of its own', async () => {
    const windows = Array.from({ length: 5 }, () => visitor.clone())
    const keys: string[] = []
    for (const window of windows) {
      await window.request(login)
      keys.push(await window.request((session) => session.key))
    }
    expect(new Set(keys.slice(0, 4)).size).toBe(1)
    expect(keys[4]).not.toBe(keys[0])
    for (const window of windows) {
      expect(await window.request((session) => session.userId)).toBe('user-1')
    }
  })

  const others: Record<string, (session: Session<Data>) => unknown> = {
    'another user logged in with it': (session) => session.bindUser('user-2'),
    'its id was replaced without a login': (session) => session.regenerateId(),
  }
  for (const [name, replace] of Object.entries(others)) {
    it(`gets a session of its own when it logs in and ${name}`, async () => {
      const old = visitor.clone()
      const key = await visitor.request((session) => {
        replace(session)
        return session.key
      })
      await old.request((session) => {
        session.put('mine', 1)
        login(session)
      })
      expect(await old.request((it) => [it.key === key, it.userId, it.getData()])).toEqual([
        false,
        'user-1',
        { mine: 1 },
      ])
      expect(await visitor.data()).toEqual({ cart: ['apple'] })
    })
  }

  it('takes what it had loaded along when it logs in and its id was replaced meanwhile', async () => {
    await meanwhile((session) => session.regenerateId(), login)
    expect(await visitor.request((it) => [it.userId, it.getData()])).toEqual([
      'user-1',
      { cart: ['apple'] },
    ])
  })

  it('cannot join a login any more after another change of the id, or after 30 seconds', async () => {
    const old = visitor.clone()
    await visitor.request(login)
    await visitor.request((session) => session.regenerateId())
    await old.request(login)
    expect(await old.data()).toEqual({})

    await visitor.request((session) => session.put('a', 1))
    const [older, first] = [visitor.clone(), visitor.clone()]
    await first.request(login)
    time.advance(30)
    await older.request(login)
    expect(await older.data()).toEqual({})
  })

  it('begins a new session after 30 seconds, with an event', async () => {
    const old = visitor.clone()
    await visitor.request((session) => session.regenerateId())
    time.advance(30)
    const events = await recordedEvents(() => old.request((session) => session.put('new', 1)))
    expect(events[0]).toEqual(['rejected', { reason: 'superseded', key: expect.any(String) }])
    expect(await old.data()).toEqual({ new: 1 })
    expect(await visitor.data()).toEqual({ cart: ['apple'] })
  })

  it('is refused with 409 when it loaded the session before, however late, and at each commit', async () => {
    const late = await sessions.load(visitor.cookie)
    await visitor.request((session) => session.regenerateId())
    time.advance(600)
    late.put('late', 1)
    await expect(sessions.commit(late)).rejects.toMatchObject(superseded)
    expect(late.isSuperseded).toBe(true)
    await expect(sessions.end(late)).rejects.toMatchObject(superseded)
    expect(await visitor.data()).toEqual({ cart: ['apple'] })
  })

  it('is logged in by bindUser also after a commit that was refused', async () => {
    const late = await sessions.load(visitor.cookie)
    await visitor.request((session) => session.regenerateId())
    late.put('mine', 1)
    await expect(sessions.commit(late)).rejects.toMatchObject(superseded)
    login(late)
    const window = new Visitor(sessions)
    window.take(await sessions.commit(late))
    expect(await window.request((session) => [session.userId, session.getData()])).toEqual([
      'user-1',
      { cart: ['apple'], mine: 1 },
    ])
  })

  it('gives a second user no data of the first one', async () => {
    await visitor.request((session) => {
      session.bindUser('user-1')
      session.put('private', 1)
    })
    await meanwhile(
      (session) => session.bindUser('user-1'),
      (session) => session.bindUser('user-2'),
    )
    await visitor.request((session) => {
      expect([session.userId, session.getData()]).toEqual(['user-2', {}])
    })
  })
})

describe('A session that a request emptied', () => {
  it('is deleted, and its cookie cleared', async () => {
    const key = await visitor.request((session) => session.key)
    await visitor.request((session) => session.remove('cart'))
    expect(visitor.setCookie).toContain('Max-Age=0')
    expect(await store.read(key)).toBeUndefined()
  })

  it('is not deleted when another request put something meanwhile', async () => {
    await meanwhile(
      (session) => session.put('theirs', 1),
      (session) => session.remove('cart'),
    )
    expect(await visitor.data()).toEqual({ theirs: 1 })
  })

  it('is not deleted by a request that finds it empty while another one is about to fill it', async () => {
    const stranger = new Visitor(sessions)
    const token = await stranger.request((session) => session.generateToken())
    await stranger.request(async (session) => {
      expect(await session.validateToken(token)).toBe(true)
      await stranger.clone().request((other) => other.validateToken(token))
      session.put('order', 1)
    })
    expect(await stranger.data()).toEqual({ order: 1 })
  })

  it('is deleted when its last token was spent', async () => {
    const stranger = new Visitor(sessions)
    const token = await stranger.request((session) => session.generateToken())
    await stranger.request((session) => session.validateToken(token))
    expect(stranger.setCookie).toContain('Max-Age=0')
  })

  it('stays for the forms of another tab when a CSRF token began it', async () => {
    const stranger = new Visitor(sessions)
    const token = await stranger.request((session) => session.csrfToken())
    await stranger.request((session) => session.flash('notice', 'Sent'))
    await stranger.request((session) => session.flash('notice'))
    expect(await stranger.request((session) => session.verifyCsrfToken(token))).toBe(true)
  })
})

describe('A commit by hand', () => {
  it('makes a cookie due that end gives, whatever the status', async () => {
    for (const status of [200, 500]) {
      const session = await sessions.load(visitor.cookie)
      session.regenerateId()
      const setCookie = await sessions.commit(session)
      expect(await sessions.end(session, { status })).toBe(setCookie)
      visitor.take(setCookie)
      expect(await visitor.data()).toEqual({ cart: ['apple'] })
    }
  })

  it('has its cookie not given by end when another request replaced the id since then', async () => {
    const session = await sessions.load(visitor.cookie)
    session.regenerateId()
    visitor.take(await sessions.commit(session))
    await visitor.request((other) => other.regenerateId())
    session.put('late', 1)
    await expect(sessions.commit(session)).rejects.toMatchObject({ code: 'ERR_SESSION_SUPERSEDED' })
    expect(await sessions.end(session, { status: 500 })).toBeUndefined()
  })

  it('has its cookie replaced by a later destroy', async () => {
    const session = await sessions.load(visitor.cookie)
    session.regenerateId()
    await sessions.commit(session)
    session.destroy()
    expect(await sessions.end(session)).toContain('Max-Age=0')
  })
})
