import { beforeEach, describe, expect, it } from 'vitest'
import type { MemoryStore, SessionManager } from '../src/index.ts'
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
    await meanwhile((session) => session.clear(), two)
    expect(await visitor.data()).toEqual({ a: 1, b: 1 })
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

describe('A request that is slower than a destroy', () => {
  const changes: Record<string, Parameters<Visitor<Data>['request']>[0]> = {
    put: (session) => session.put('late', 1),
    flash: (session) => session.flash('late', 1),
    regenerateId: (session) => session.regenerateId(),
    'regenerateId(true)': (session) => session.regenerateId(true),
    bindUser: (session) => session.bindUser('user-1'),
    'a renewal': () => time.advance(120),
    generateToken: (session) => session.generateToken(),
    clear: (session) => session.clear(),
  }
  for (const [name, change] of Object.entries(changes)) {
    it(`does not bring the session back: ${name}`, async () => {
      time.advance(name === 'a renewal' ? 120 : 0)
      const old = visitor.cookie
      const events = await recordedEvents(() => meanwhile((session) => session.destroy(), change))
      expect(visitor.setCookie).toBeUndefined()
      expect(events.map(([event]) => event)).toContain('lost')
      const events2 = await recordedEvents(() => new Visitor(sessions, old).data())
      expect(events2).toEqual([['rejected', { reason: 'unknown', key: expect.any(String) }]])
      expect(await store.gc()).toBe(0)
    })
  }

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
  it('is detached for 30 seconds: it stores and deletes nothing and sends no cookie', async () => {
    const old = visitor.clone()
    await visitor.request((session) => session.bindUser('user-1'))
    time.advance(29)
    for (const change of ['put', 'destroy', 'regenerateId', 'csrfToken'] as const) {
      await old.request((session) => {
        expect([session.isNew, session.getData()]).toEqual([true, {}])
        if (change === 'put') session.put('late', 1)
        else session[change]()
      })
      expect(old.setCookie).toBeUndefined()
    }
    await old.request(async (session) => {
      expect(await session.validateToken(session.generateToken())).toBe(false)
    })
    expect(await visitor.data()).toEqual({ cart: ['apple'] })
  })

  it('gets a session of its own when it logs in, holding only what it put', async () => {
    const old = visitor.clone()
    await visitor.request((session) => session.bindUser('user-1'))
    await old.request((session) => {
      session.put('mine', 1)
      session.bindUser('user-1')
    })
    await old.request((session) => {
      expect(session.userId).toBe('user-1')
      expect(session.getData()).toEqual({ mine: 1 })
    })
    expect(await visitor.request((session) => session.userId)).toBe('user-1')
  })

  it('is stored like any session once it logged in', async () => {
    const old = visitor.clone()
    await visitor.request((session) => session.bindUser('user-1'))
    const session = await sessions.load(old.cookie)
    session.bindUser('user-1')
    old.take(await sessions.commit(session))
    session.put('after', 1)
    await sessions.commit(session)
    expect(await old.data()).toEqual({ after: 1 })
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

  it('loses its changes when it loaded the session before the new id, but not its login', async () => {
    const slowPut = visitor.clone()
    const slowLogin = visitor.clone()
    await slowPut.request((put) =>
      slowLogin.request(async (login) => {
        await visitor.request((session) => session.bindUser('user-1'))
        put.put('late', 1)
        login.put('mine', 1)
        login.bindUser('user-1')
      }),
    )
    expect(slowPut.setCookie).toBeUndefined()
    expect(await visitor.data()).toEqual({ cart: ['apple'] })
    await slowLogin.request((session) => {
      expect([session.userId, session.getData()]).toEqual(['user-1', { mine: 1 }])
    })
  })

  it('is logged in by bindUser also after a commit that was lost', async () => {
    const late = await sessions.load(visitor.cookie)
    await visitor.request((session) => session.bindUser('user-1'))
    late.put('mine', 1)
    expect(await sessions.commit(late)).toBeUndefined()
    late.bindUser('user-1')
    const window = new Visitor(sessions)
    window.take(await sessions.commit(late))
    late.put('after', 1)
    await sessions.commit(late)
    expect(await window.request((session) => [session.userId, session.getData()])).toEqual([
      'user-1',
      { mine: 1, after: 1 },
    ])
  })

  it('continues in the new session of its login, and does not change the other one', async () => {
    const late = await sessions.load(visitor.cookie)
    expect(late.get('cart')).toEqual(['apple'])
    await visitor.request((session) => session.bindUser('user-1'))
    late.bindUser('user-1')
    await sessions.commit(late)
    expect([late.get('cart'), late.userId]).toEqual([null, 'user-1'])
    late.destroy()
    await sessions.commit(late)
    expect(await visitor.data()).toEqual({ cart: ['apple'] })
  })

  it('gives a second user no data of the first one', async () => {
    await visitor.request((session) => {
      session.bindUser('user-1')
      session.put('private', 1)
    })
    await meanwhile(
      (session) => session.bindUser('user-1'),
      (session) => {
        session.bindUser('user-2')
      },
    )
    await visitor.request((session) => {
      expect([session.userId, session.getData()]).toEqual(['user-2', {}])
    })
  })
})
