import { inspect } from 'node:util'
import { beforeEach, describe, expect, it } from 'vitest'
import { MemoryStore, type Session, type SessionError, type SessionManager } from '../src/index.ts'
import { CountedStore } from './support/counted-store.ts'
import { newSessions } from './support/new-sessions.ts'
import { recordedEvents } from './support/recorded-events.ts'
import { Visitor } from './support/visitor.ts'

interface Cart {
  items: unknown[]
  note?: string
  coupon?: string
  total?: number
}
interface Data {
  cart: Cart
  list: string[]
  added: string[]
  n: number
  [key: string]: unknown
}

let store: CountedStore
let sessions: SessionManager<Data>
let visitor: Visitor<Data>

beforeEach(async () => {
  store = new CountedStore(new MemoryStore())
  sessions = newSessions<Data>({ store })
  visitor = new Visitor(sessions)
  await visitor.request((session) => {
    session.put('cart', { items: ['apple'], note: 'none', total: 1 })
    session.put('list', ['apple'])
  })
})

type Handle = (session: Session<Data>) => void | Promise<void>

/** Another request, on another server. */
async function other(handle: Handle): Promise<void> {
  await new Visitor(newSessions<Data>({ store }), visitor.cookie).request(handle)
}

/** A request that changes the session after another one, which it did not see, has changed it. */
async function meanwhile(theirs: Handle, mine: Handle): Promise<void> {
  await visitor.request(async (session) => {
    session.get('cart')
    session.get('list')
    await other(theirs)
    await mine(session)
  })
}

function listOf(session: Session<Data>): string[] {
  return session.get('list', [])
}

function cartOf(session: Session<Data>): Cart {
  return session.get('cart', { items: [] })
}

function failure(request: Promise<unknown>): Promise<SessionError> {
  return request.then(
    () => expect.fail('the request should have failed'),
    (error) => error,
  )
}

describe('Changes in place by two requests at the same time', () => {
  it('are both kept where both add to one list', async () => {
    await meanwhile(
      (session) => void listOf(session).push('theirs'),
      (session) => void listOf(session).push('mine', 'mine too'),
    )
    expect(await visitor.data()).toMatchObject({ list: ['apple', 'theirs', 'mine', 'mine too'] })
  })

  it('are both kept where they change different fields', async () => {
    await meanwhile(
      (session) => {
        cartOf(session).note = 'theirs'
        cartOf(session).items.push('theirs')
      },
      (session) => {
        cartOf(session).coupon = 'mine'
        cartOf(session).total = 2
        cartOf(session).items.push('mine')
      },
    )
    expect(await visitor.data()).toMatchObject({
      cart: { items: ['apple', 'theirs', 'mine'], note: 'theirs', coupon: 'mine', total: 2 },
    })
  })

  it('fail with 409 where they set one field to different values, and nothing is stored', async () => {
    const request = meanwhile(
      (session) => {
        cartOf(session).note = 'theirs'
      },
      (session) => {
        cartOf(session).note = 'mine'
        session.put('other', 1)
      },
    )
    const error = await failure(request)
    expect(error).toMatchObject({ code: 'ERR_SESSION_CONFLICT', status: 409 })
    expect(error.path).toEqual(['cart', 'note'])
    expect(error.message).toBe(
      '"cart" was changed in place by this request and by another one at the same time; nothing of this request was stored: send it again, or use session.update("cart", …), which runs again on what is stored.',
    )
    for (const shown of [inspect(error, { showHidden: true }), JSON.stringify(error)]) {
      expect(shown).not.toMatch(/note|theirs|mine/)
    }
    expect(await visitor.data()).toMatchObject({ cart: { note: 'theirs' } })
    expect(await visitor.data()).not.toHaveProperty('other')
  })

  it.each<[string, Handle, Handle]>([
    ['both increment a number', increment, increment],
    [
      'both add an equal item',
      (session) => void listOf(session).push('pear'),
      (session) => void listOf(session).push('pear'),
    ],
    [
      'one removes what the other changes',
      (session) => session.remove('list'),
      (session) => void listOf(session).push('pear'),
    ],
    [
      'one puts another list',
      (session) => session.put('list', ['other']),
      (session) => void listOf(session).push('pear'),
    ],
    [
      'one clears the list',
      (session) => {
        listOf(session).length = 0
      },
      (session) => void listOf(session).push('pear'),
    ],
  ])('fail with 409 where %s', async (_name, theirs, mine) => {
    const error = await failure(meanwhile(theirs, mine))
    expect(error).toMatchObject({ code: 'ERR_SESSION_CONFLICT', status: 409 })
  })

  function increment(session: Session<Data>): void {
    const cart = cartOf(session)
    cart.total = (cart.total ?? 0) + 1
  }

  it('succeed when a request that failed with 409 is sent again', async () => {
    const mine: Handle = (session) => void listOf(session).push('mine')
    await failure(meanwhile((session) => session.put('list', ['other']), mine))
    await visitor.request(mine)
    expect(await visitor.data()).toMatchObject({ list: ['other', 'mine'] })
  })

  it('do not matter where one of them was undone', async () => {
    await meanwhile(
      (session) => session.remove('list'),
      (session) => {
        listOf(session).push('pear')
        session.getData()
        listOf(session).pop()
      },
    )
    expect(await visitor.data()).not.toHaveProperty('list')
  })

  it('do not matter in a superseded request where they were undone', async () => {
    await other((session) => session.bindUser('user-1'))
    const late = await sessions.load(visitor.cookie)
    expect(late.isSuperseded).toBe(true)
    late.get('cart', { items: [] })
    listOf(late).push('pear')
    late.getData()
    listOf(late).pop()
    expect(await sessions.commit(late)).toBeUndefined()
    listOf(late).push('pear')
    expect(await failure(Promise.resolve(sessions.commit(late)))).toMatchObject({
      code: 'ERR_SESSION_SUPERSEDED',
    })
  })

  it('are kept by a serializer that keeps maps, and compared there as a whole', async () => {
    const serializer = {
      stringify: (value: unknown) =>
        JSON.stringify(value, (_, it) => (it instanceof Map ? { map: [...it] } : it)),
      parse: (text: string) =>
        JSON.parse(text, (_, it) => (Array.isArray(it?.map) ? new Map(it.map) : it)),
    }
    const maps = new Visitor(newSessions<Data>({ store: new MemoryStore(), serializer }))
    const seenIn = (session: Session<Data>) =>
      session.get('seen') as { map: Map<string, number>; pages: string[] }
    await maps.request((session) => session.put('seen', { map: new Map(), pages: [] }))
    await maps.request(async (session) => {
      const seen = seenIn(session)
      await maps.clone().request((theirs) => void seenIn(theirs).pages.push('theirs'))
      seen.map.set('mine', 1)
    })
    expect(await maps.data()).toEqual({
      seen: { map: new Map([['mine', 1]]), pages: ['theirs'] },
    })
    const request = maps.request(async (session) => {
      seenIn(session).map.set('mine', 2)
      await maps.clone().request((theirs) => void seenIn(theirs).map.set('theirs', 2))
    })
    expect((await failure(request)).path).toEqual(['seen', 'map'])
  })
})

describe('A change in place', () => {
  it('is kept beside updates before and after it, though another request came between', async () => {
    await meanwhile(
      (session) => void listOf(session).push('theirs'),
      (session) => {
        listOf(session).push('first')
        session.update('list', (list) => [...list, 'updated'], [])
        listOf(session).push('last')
      },
    )
    expect(await visitor.data()).toMatchObject({
      list: ['apple', 'theirs', 'first', 'updated', 'last'],
    })
  })

  it('of the object that an update was made of is kept too', async () => {
    await visitor.request((session) => {
      const list = listOf(session)
      session.update('list', (it) => [...it, 'updated'], [])
      expect(list).toEqual(['apple', 'updated'])
      list.push('after')
      expect(session.get('list')).toBe(list)
    })
    expect(await visitor.data()).toMatchObject({ list: ['apple', 'updated', 'after'] })
  })

  it('loses no change of another request when a commit by hand came between', async () => {
    const session = await sessions.load(visitor.cookie)
    const list = listOf(session)
    await other((theirs) => void listOf(theirs).push('before the commit'))
    session.put('n', 1)
    await sessions.commit(session)
    expect(list).toEqual(['apple', 'before the commit'])
    await other((theirs) => void listOf(theirs).push('after the commit'))
    list.push('mine')
    await sessions.commit(session)
    list.push('mine again')
    await sessions.end(session)
    expect(await visitor.data()).toMatchObject({
      list: ['apple', 'before the commit', 'after the commit', 'mine', 'mine again'],
    })
  })

  it('may be made while a commit is under way', async () => {
    const session = await sessions.load(visitor.cookie)
    const list = listOf(session)
    await other((theirs) => void listOf(theirs).push('theirs'))
    list.push('mine')
    const commit = sessions.commit(session)
    list.push('meanwhile')
    await commit
    await sessions.commit(session)
    expect(await visitor.data()).toMatchObject({ list: ['apple', 'theirs', 'mine', 'meanwhile'] })
    expect(list).toEqual(['apple', 'theirs', 'mine', 'meanwhile'])
  })

  it('is not lost where the session is read before that commit is done', async () => {
    const session = await sessions.load(visitor.cookie)
    const added = session.get('added', ['default'])
    session.put('n', 1)
    const commit = sessions.commit(session)
    added.push('meanwhile')
    listOf(session).push('meanwhile')
    expect([session.get('added', ['default']), listOf(session)]).toEqual([
      ['default', 'meanwhile'],
      ['apple', 'meanwhile'],
    ])
    session.getData()
    await commit
    added.push('later')
    await sessions.commit(session)
    expect(await visitor.data()).toMatchObject({
      added: ['default', 'meanwhile', 'later'],
      list: ['apple', 'meanwhile'],
    })
  })

  it('that cannot be stored, made while a commit is under way, does not fail that commit', async () => {
    const session = await sessions.load(visitor.cookie)
    const list: unknown[] = listOf(session)
    await other((theirs) => void listOf(theirs).push('theirs'))
    list.push('mine')
    const commit = sessions.commit(session)
    list.push(new Date())
    await commit
    expect(await visitor.data()).toMatchObject({ list: ['apple', 'theirs', 'mine'] })
    expect((await failure(Promise.resolve(sessions.commit(session)))).message).toContain('list[2]')
  })

  it('leaves the objects that get gave the same objects, brought up to what is stored', async () => {
    const session = await sessions.load(visitor.cookie)
    const cart = cartOf(session)
    const { items } = cart
    await other((theirs) => {
      cartOf(theirs).items.push('theirs')
      cartOf(theirs).note = 'theirs'
    })
    items.push('mine')
    await sessions.commit(session)
    expect(session.get('cart')).toBe(cart)
    expect(cart.items).toBe(items)
    expect(cart).toEqual({ items: ['apple', 'theirs', 'mine'], note: 'theirs', total: 1 })
    store.reset()
    await sessions.end(session)
    expect(store.calls).toEqual([])
  })

  it('does not change objects of the application that were put into it', async () => {
    const products = { pear: { name: 'pear' } }
    const session = await sessions.load(visitor.cookie)
    cartOf(session).items.push(products.pear)
    await other((theirs) => void cartOf(theirs).items.push({ name: 'theirs' }))
    await sessions.commit(session)
    expect(cartOf(session).items).toEqual(['apple', { name: 'theirs' }, { name: 'pear' }])
    expect(products).toEqual({ pear: { name: 'pear' } })
  })

  it('is seen by has, get and getData of the same request', async () => {
    await visitor.request((session) => {
      const list = session.get('found', []) as string[]
      expect([session.has('found'), session.get('found'), session.getData().found]).toEqual([
        false,
        null,
        undefined,
      ])
      list.push('pear')
      expect(session.has('found')).toBe(true)
      expect(session.get('found')).toBe(list)
      expect(session.getData().found).toEqual(['pear'])
      list.pop()
      expect([session.has('found'), session.get('found')]).toEqual([false, null])
    })
    expect(await visitor.data()).not.toHaveProperty('found')
  })

  it('of a frozen object is not needed, and makes no trouble', async () => {
    const session = await sessions.load(visitor.cookie)
    const list = Object.freeze(listOf(session))
    await other((theirs) => void listOf(theirs).push('theirs'))
    session.put('n', 1)
    await sessions.commit(session)
    expect(list).toEqual(['apple'])
    expect(session.get('list')).toEqual(['apple', 'theirs'])
  })
})

describe('Session.get with a default that is changed in place', () => {
  it('saves the change', async () => {
    const fresh = new Visitor(sessions)
    await fresh.request((session) => void listOf(session).push('pear'))
    await fresh.request((session) => void listOf(session).push('plum'))
    expect(await fresh.data()).toEqual({ list: ['pear', 'plum'] })
  })

  it('never changes the default itself', async () => {
    const constant = { items: [] as unknown[] }
    const session = await sessions.load(undefined)
    session.get('cart', constant).items.push('pear')
    await sessions.commit(session)
    session.get('cart', constant).items.push('plum')
    await sessions.commit(session)
    expect(constant).toEqual({ items: [] })
  })

  it('stores nothing and sends no cookie while it is unchanged', async () => {
    const fresh = new Visitor(sessions)
    store.reset()
    await fresh.request((session) => {
      expect(listOf(session)).toBe(listOf(session))
      expect([session.isNew, session.has('list')]).toEqual([true, false])
    })
    expect([store.calls, fresh.cookie]).toEqual([[], undefined])
  })

  it('keeps what two requests add that both began with the default', async () => {
    await visitor.request((session) => session.remove('list'))
    await meanwhile(
      (session) => void listOf(session).push('theirs'),
      (session) => void listOf(session).push('mine'),
    )
    expect(await visitor.data()).toMatchObject({ list: ['theirs', 'mine'] })
  })

  it('gives each default that is asked for, and saves the changes of all', async () => {
    await visitor.request((session) => {
      session.remove('cart')
      const empty = session.get('cart', { items: [] })
      const noted = session.get('cart', { items: [], note: 'default' })
      expect([empty, noted]).toEqual([{ items: [] }, { items: [], note: 'default' }])
      expect(session.get('cart', { items: [] })).toBe(empty)
      noted.items.push('pear')
      empty.coupon = 'mine'
    })
    expect(await visitor.data()).toMatchObject({
      cart: { items: ['pear'], coupon: 'mine' },
    })
  })

  it('gives a default that cannot be stored as it is, and does not save it', async () => {
    const at = { at: new Date() }
    const fn = () => 1
    await visitor.request((session) => {
      expect(session.get('no', at)).toBe(at)
      expect(session.get('no', fn)).toBe(fn)
      expect(session.get('no', 5)).toBe(5)
      at.at = new Date(0)
    })
    expect(await visitor.data()).not.toHaveProperty('no')
  })

  it('sees what another request stored meanwhile, after a commit', async () => {
    const session = await sessions.load(visitor.cookie)
    const found = session.get('found', []) as string[]
    await other((theirs) => theirs.put('found', ['theirs']))
    session.put('n', 1)
    await sessions.commit(session)
    expect(found).toEqual(['theirs'])
    found.push('mine')
    await sessions.commit(session)
    expect(await visitor.data()).toMatchObject({ found: ['theirs', 'mine'] })
  })
})

describe('Session.put of the object that get gave', () => {
  it('is a change in place: it is merged with what another request made of it', async () => {
    await meanwhile(
      (session) => void listOf(session).push('theirs'),
      (session) => {
        const list = listOf(session)
        list.push('mine')
        session.put('list', list)
        list.push('later')
        session.put('list', list)
      },
    )
    expect(await visitor.data()).toMatchObject({ list: ['apple', 'theirs', 'mine', 'later'] })
  })

  it('refuses at once what cannot be stored', async () => {
    const session = await sessions.load(visitor.cookie)
    const cart = cartOf(session)
    cart.items.push(new Date())
    expect(() => session.put('cart', cart)).toThrow(/cart\.items\[1\]/)
  })

  it('stores an unchanged default, but not over what another request stored', async () => {
    await visitor.request((session) => {
      session.put('found', session.get('found', []))
      expect(session.has('found')).toBe(true)
    })
    expect(await visitor.data()).toMatchObject({ found: [] })
    await visitor.request(async (session) => {
      const tags = session.get('tags', [])
      await other((theirs) => theirs.put('tags', ['theirs']))
      session.put('tags', tags)
    })
    expect(await visitor.data()).toMatchObject({ tags: ['theirs'] })
  })

  it('is a put like any other once the key was put anew', async () => {
    await visitor.request((session) => {
      const list = listOf(session)
      session.put('list', ['new'])
      list.push('old')
      session.put('list', list)
    })
    expect(await visitor.data()).toMatchObject({ list: ['apple', 'old'] })
  })
})

describe('A put or remove that replaces what another request stored meanwhile', () => {
  const push: Handle = (session) => void listOf(session).push('theirs')
  const overwritings: Record<string, Handle> = {
    put: (session) => session.put('list', ['mine']),
    'put after a change in place': (session) => {
      listOf(session).push('mine')
      session.getData()
      session.put('list', ['mine'])
    },
    'put and update': (session) => {
      session.put('list', ['mine'])
      session.update('list', (list) => [...list, 'mine'], [])
    },
    remove: (session) => session.remove('list'),
  }
  const key = expect.stringMatching(/^[0-9a-f]{32}$/)
  const overwritten = ['overwritten', { key }]

  for (const [name, change] of Object.entries(overwritings)) {
    it(`wins, with one event: ${name}`, async () => {
      const loaded = await sessions.load(visitor.cookie)
      change(loaded)
      await other(push)
      await other((session) => void cartOf(session).items.push('theirs'))
      const events = await recordedEvents(async () => sessions.commit(loaded))
      expect(events.filter(([event]) => event === 'overwritten')).toEqual([overwritten])
      expect(JSON.stringify((await visitor.data()).list ?? [])).not.toContain('theirs')
    })

    it(`publishes no event where nothing came between: ${name}`, async () => {
      const events = await recordedEvents(() => visitor.request(change))
      expect(events).not.toContainEqual(overwritten)
    })
  }

  it('publishes no event when its write fails', async () => {
    const loaded = await sessions.load(visitor.cookie)
    loaded.put('list', ['mine'])
    cartOf(loaded).note = 'mine'
    await other((session) => {
      listOf(session).push('theirs')
      cartOf(session).note = 'theirs'
    })
    const events = await recordedEvents(() => failure(Promise.resolve(sessions.commit(loaded))))
    expect(events).not.toContainEqual(overwritten)
  })

  it('publishes no event where both stored the same', async () => {
    const same: Handle = (session) => session.put('list', ['same'])
    const loaded = await sessions.load(visitor.cookie)
    await same(loaded)
    await other(same)
    const events = await recordedEvents(async () => sessions.commit(loaded))
    expect(events).not.toContainEqual(overwritten)
  })
})

describe('A login in a session that ended meanwhile', () => {
  it('begins anew without what was changed in place, with an event, and keeps what is its own', async () => {
    const late = await sessions.load(visitor.cookie)
    listOf(late).push('mine')
    const found = late.get('found', []) as string[]
    found.push('mine')
    cartOf(late).note = 'mine'
    late.update('cart', (cart) => ({ ...cart, coupon: 'updated' }), { items: [] })
    late.put('n', 1)
    await other((session) => session.destroy())
    late.bindUser('user-1')
    const events = await recordedEvents(async () => {
      visitor.take(await sessions.commit(late))
    })
    const expected = { found: ['mine'], cart: { items: [], coupon: 'updated' }, n: 1 }
    expect(events).toContainEqual([
      'dropped',
      { key: expect.stringMatching(/^[0-9a-f]{32}$/), reason: 'restarted' },
    ])
    expect(await visitor.data()).toEqual(expected)
    found.push('later')
    await sessions.commit(late)
    expect(await visitor.data()).toEqual({ ...expected, found: ['mine', 'later'] })
  })

  it('publishes no dropped event where nothing was changed in place', async () => {
    const late = await sessions.load(visitor.cookie)
    late.get('list')
    late.put('n', 1)
    await other((session) => session.destroy())
    late.bindUser('user-1')
    const events = await recordedEvents(async () => sessions.commit(late))
    expect(events.map(([event]) => event)).toEqual(['created'])
  })
})

describe('A login in a session whose id was replaced meanwhile', () => {
  const login = async (theirs: Handle): Promise<Partial<Data>> => {
    const late = await sessions.load(visitor.cookie)
    listOf(late).push('mine')
    await other((session) => void listOf(session).push('theirs'))
    await other(theirs)
    late.bindUser('user-1')
    visitor.take(await sessions.commit(late))
    return visitor.data()
  }

  it('keeps its changes in place, merged, where it joins another login', async () => {
    const data = await login((session) => session.bindUser('user-1'))
    expect(data).toMatchObject({ list: ['apple', 'theirs', 'mine'] })
  })

  it('keeps its changes in place of what it loaded where it begins a session of its own', async () => {
    const data = await login((session) => void session.regenerateId())
    expect(data).toMatchObject({ list: ['apple', 'mine'] })
  })
})
