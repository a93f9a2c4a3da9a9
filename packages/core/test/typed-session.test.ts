import { describe, expect, expectTypeOf, it } from 'vitest'
import {
  type AnySession,
  type AnySessionManager,
  type CookieOptions,
  type DataKey,
  MemoryStore,
  type Session,
  SessionManager,
  type SessionOf,
  type SessionOptions,
} from '../src/index.ts'
import { newSessions, secret } from './support/new-sessions.ts'

interface Shop {
  readonly cart: readonly string[]
  readonly visits: number
  theme: 'light' | 'dark'
}

type Blog = { readonly draft: string }

// `pnpm types` compiles this file. The compiler reports each `@ts-expect-error` that has no error below it.

describe('SessionManager<Data>', () => {
  it('knows the keys of its sessions and the types of their values', async () => {
    const session = await newSessions<Shop>().load(undefined)
    session.put('cart', ['apple'])
    session.update('visits', (visits) => visits + 1, 0)
    expectTypeOf(session).toEqualTypeOf<Session<Shop>>()
    expectTypeOf(session.get('cart')).toEqualTypeOf<readonly string[] | null>()
    expectTypeOf(session.getAndRemove('visits')).toEqualTypeOf<number | null>()
    expectTypeOf(session.getData()).toEqualTypeOf<Partial<Shop>>()
    expectTypeOf(session.update<'visits'>)
      .parameter(1)
      .returns.toEqualTypeOf<number>()
    // @ts-expect-error An unknown key.
    session.get('card')
    // @ts-expect-error A value of another type.
    session.put('visits', '2')
    // @ts-expect-error Without a default the value may be null.
    session.update('visits', (visits) => visits + 1)
    expect(session.get('cart')).toEqual(['apple'])
  })

  it('leaves null out of the type of a value that has a default', async () => {
    const session = await newSessions<Shop>().load(undefined)
    expectTypeOf(session.get('cart', [])).toEqualTypeOf<readonly string[]>()
    expectTypeOf(session.get('visits', 0)).toEqualTypeOf<number>()
    expectTypeOf(session.get('theme', 'light')).toEqualTypeOf<'light' | 'dark'>()
    expectTypeOf(session.getAndPut('visits', 1, 0)).toEqualTypeOf<number>()
    expectTypeOf(session.getAndRemove('cart', [])).toEqualTypeOf<readonly string[]>()
    // @ts-expect-error A default of another type.
    session.get('visits', 'none')
    // @ts-expect-error A default of another type.
    session.getAndPut('visits', 1, 'none')
    // @ts-expect-error A default of another type.
    session.getAndRemove('visits', false)
    expect(session.get('cart', [])).toEqual([])
  })

  it('knows nothing of the values without Data', async () => {
    const session = await newSessions().load(undefined)
    session.put('any', { thing: 1 })
    expectTypeOf(session.get('any')).toEqualTypeOf<unknown>()
    expectTypeOf(session.get('any', 0)).toEqualTypeOf<unknown>()
    // @ts-expect-error The type is unknown until the application checks it.
    session.get('any').thing
    expect(session.get('any')).toEqual({ thing: 1 })
  })

  it('takes an interface or a type for Data, and nothing but an object', () => {
    expectTypeOf(newSessions<Shop>()).toEqualTypeOf<SessionManager<Shop>>()
    expectTypeOf(newSessions<Blog>()).toEqualTypeOf<SessionManager<Blog>>()
    expectTypeOf<DataKey<Shop>>().toEqualTypeOf<'cart' | 'visits' | 'theme'>()
    // @ts-expect-error Values of a session have names.
    type NoData = SessionManager<string>
    expectTypeOf<NoData>().not.toBeAny()
  })
})

interface Messages {
  notice: string
  readonly errors: readonly string[]
}

describe('SessionManager<Data, Flash>', () => {
  const newShop = () => newSessions<Shop, Messages>()

  it('knows the keys and the types of the flash values of its sessions', async () => {
    const sessions = newShop()
    const first = await sessions.load(undefined)
    first.flash('notice', 'Saved')
    first.flash('errors', ['too long'])
    // @ts-expect-error An unknown key.
    first.flash('note', 'Saved')
    // @ts-expect-error A value of another type.
    first.flash('notice', 1)
    // @ts-expect-error The key of a value that is no flash value.
    first.removeFlash('cart')
    // @ts-expect-error An unknown key.
    first.reflash(['errors', 'warnings'])
    const cookie = await sessions.commit(first)
    const session = await sessions.load(cookie?.split(';')[0])
    expectTypeOf(session).toEqualTypeOf<Session<Shop, Messages>>()
    expectTypeOf(session.flash('notice')).toEqualTypeOf<string | false>()
    expectTypeOf(session.flash('errors')).toEqualTypeOf<readonly string[] | false>()
    expectTypeOf(session.flashes()).toEqualTypeOf<Partial<Messages>>()
    expectTypeOf(session.hasFlash).parameter(0).toEqualTypeOf<'notice' | 'errors'>()
    // @ts-expect-error An unknown key.
    expect(session.hasFlash('note')).toBe(true)
    expect(session.flash('errors')).toEqual(['too long'])
    session.reflash(['notice'])
    expect(await sessions.end(session)).toBeUndefined()
  })

  it('leaves the flash values of sessions unknown that say nothing of them', async () => {
    const session = await newSessions<Shop>().load(undefined)
    const key: string = 'any name'
    session.flash(key, { any: 'value' })
    expectTypeOf(session.flash(key)).toEqualTypeOf<unknown>()
    expectTypeOf(session.flashes()).toEqualTypeOf<Partial<Record<string, unknown>>>()
    expectTypeOf(session.reflash).parameter(0).toEqualTypeOf<readonly string[] | undefined>()
    expectTypeOf<Session<Shop>>().toEqualTypeOf<Session<Shop, Record<string, unknown>>>()
    expect(session.hasFlash(key)).toBe(false)
  })

  it('is a manager of any application, and its sessions are those of any', async () => {
    const sessions = newShop()
    const any: AnySessionManager = sessions
    const session: AnySession = await sessions.load(undefined)
    expectTypeOf<SessionOf<typeof sessions>>().toEqualTypeOf<Session<Shop, Messages>>()
    // @ts-expect-error Sessions with other flash values.
    const other: Session<Shop, { warning: string }> = await sessions.load(undefined)
    expect([session.key, other.key]).toHaveLength(2)
    expect(any.isCookieSecure).toBe(true)
  })
})

describe('AnySession and AnySessionManager', () => {
  const keyOf = (session: AnySession) => session.key
  const load = (sessions: AnySessionManager) => sessions.load(undefined)

  it('are the parameter types of helpers that work with any application', async () => {
    const untyped = await newSessions().load(undefined)
    const shop = await newSessions<Shop>().load(undefined)
    const blog = await newSessions<Blog>().load(undefined)
    expect([untyped, shop, blog].map(keyOf)).toEqual([untyped.key, shop.key, blog.key])
    const loaded = [load(newSessions()), load(newSessions<Shop>()), load(newSessions<Blog>())]
    for (const session of await Promise.all(loaded)) expect(session.isNew).toBe(true)
  })

  it('have any key, and can be passed where a session or a manager of some data is expected', async () => {
    const session: AnySession = await newSessions().load(undefined)
    const sessions: AnySessionManager = newSessions()
    const visitsOf = (shop: Session<Shop>) => shop.get('visits', 0)
    const sessionOf = (shops: SessionManager<Shop>) => shops.load(undefined)
    session.put('visits', 3)
    expect(session.get('any name')).toBeNull()
    expect(visitsOf(session)).toBe(3)
    expect(visitsOf(await sessionOf(sessions))).toBe(0)
  })

  it('do not make sessions of different data the same type', async () => {
    const shop = await newSessions<Shop>().load(undefined)
    // @ts-expect-error A session of other data.
    const blog: Session<Blog> = shop
    expect(keyOf(blog)).toBe(shop.key)
    // @ts-expect-error A manager of other data.
    const blogs: SessionManager<Blog> = newSessions<Shop>()
    await expect(load(blogs)).resolves.toHaveProperty('isNew', true)
  })
})

describe('SessionOf', () => {
  it('is the type of the sessions of a manager', async () => {
    const sessions = newSessions<Shop>()
    const count = (session: SessionOf<typeof sessions>): number => session.get('visits', 0)
    expectTypeOf<SessionOf<typeof sessions>>().toEqualTypeOf<Session<Shop>>()
    expectTypeOf(sessions.load).returns.resolves.toEqualTypeOf<SessionOf<typeof sessions>>()
    expectTypeOf(sessions.of).returns.toEqualTypeOf<SessionOf<typeof sessions>>()
    expectTypeOf<SessionOf<SessionManager>>().toEqualTypeOf<Session>()
    // @ts-expect-error It is no manager.
    type OfNothing = SessionOf<Shop>
    expectTypeOf<OfNothing>().not.toBeAny()
    expect(count(await sessions.load(undefined))).toBe(0)
  })
})

describe('SessionOptions', () => {
  const store = new MemoryStore()
  // Has the type of `process.env`. The real one is not used: tests of other files share it.
  const env: NodeJS.ProcessEnv = { SECRET: secret }

  it('take secrets as process.env gives them, and refuse one that is not set', () => {
    const options: SessionOptions = { store, secrets: env.SECRET }
    expect(() => new SessionManager(options)).not.toThrow()
    expect(() => new SessionManager({ store, secrets: env.UNSET })).toThrow(TypeError)
    // @ts-expect-error It cannot be left out.
    expect(() => new SessionManager({ store })).toThrow(TypeError)
    // @ts-expect-error Absent is undefined, not null.
    expect(() => new SessionManager({ store, secrets: null })).toThrow(TypeError)
  })

  it('take a domain of the cookie as process.env gives it, and none where it is not set', async () => {
    const cookie: CookieOptions = { domain: env.COOKIE_DOMAIN }
    const sessions = new SessionManager({ store, secrets: secret, cookie })
    const session = await sessions.load(undefined)
    session.put('visits', 1)
    await expect(sessions.commit(session)).resolves.toMatch(/^__Host-session=[^;]+; Path=\/; Http/)
  })
})
