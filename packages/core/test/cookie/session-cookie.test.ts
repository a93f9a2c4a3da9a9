import { createHmac, hkdfSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type CookieOptions, MemoryStore, type SessionOptions } from '../../src/index.ts'
import { CountedStore } from '../support/counted-store.ts'
import { newSessions, newVisitor, secret } from '../support/new-sessions.ts'
import { recordedEvents } from '../support/recorded-events.ts'
import { TestClock } from '../support/test-clock.ts'
import { Visitor } from '../support/visitor.ts'

const base64url = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

async function storedSession(options: Partial<SessionOptions> = {}) {
  const store = new CountedStore(new MemoryStore())
  const sessions = newSessions({ store, ...options })
  const visitor = new Visitor(sessions)
  await visitor.request((session) => session.put('mine', true))
  const cookie = visitor.cookie ?? ''
  const value = cookie.slice(cookie.indexOf('=') + 1)
  store.reset()
  const finds = async (header: string) => (await sessions.load(header)).has('mine')
  return { store, sessions, visitor, value, finds }
}

describe('The session cookie', () => {
  it('has a fixed text with the default options', async () => {
    const visitor = newVisitor()
    const id = await visitor.request((session) => {
      session.put('a', 1)
      return session.getId()
    })
    const value = visitor.cookie?.slice('__Host-session='.length) ?? ''
    expect(value).toMatch(new RegExp(`^${id}\\.[\\w-]{43}$`))
    expect(visitor.setCookie).toBe(
      `__Host-session=${value}; Path=/; HttpOnly; Secure; SameSite=Lax`,
    )
  })

  it('has the signature of a fixed example, so that an update of the library logs no visitor out', async () => {
    const { value } = await storedSession()
    const [id, signature] = value.split('.')
    const key = hkdfSync('sha256', secret, '', 'mako-session cookie', 32)
    const expected = createHmac('sha256', Buffer.from(key)).update(`__Host-session=${id}`)
    expect(signature).toBe(expected.digest('base64url'))
  })

  it('has all attributes that the options name', async () => {
    const cookie: CookieOptions = {
      name: 'sid',
      path: '/app',
      domain: 'example.com',
      sameSite: 'none',
      maxAge: 3_600,
      partitioned: true,
    }
    const visitor = newVisitor({ cookie })
    await visitor.request((session) => session.put('a', 1))
    expect(visitor.setCookie?.replace(/=.{108};/, '=…;')).toBe(
      'sid=…; Max-Age=3600; Path=/app; Domain=example.com; HttpOnly; Secure; SameSite=None; Partitioned',
    )
    await visitor.request((session) => session.destroy())
    expect(visitor.setCookie).toBe(
      'sid=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/app; Domain=example.com; HttpOnly; Secure; SameSite=None; Partitioned',
    )
  })

  it('is called session where the __Host- prefix is not allowed', async () => {
    for (const cookie of [{ secure: false }, { path: '/app' }, { domain: 'example.com' }]) {
      const visitor = newVisitor({ cookie })
      await visitor.request((session) => session.put('a', 1))
      expect(visitor.cookie).toMatch(/^session=/)
    }
  })

  it('is sent again with a write of each tenth of its maxAge', async () => {
    const time = new TestClock()
    const visitor = newVisitor({ cookie: { maxAge: 600 }, clock: time.clock })
    const given = async () => {
      await visitor.request((session) => session.put('a', Math.random()))
      return visitor.setCookie !== undefined
    }
    expect(await given()).toBe(true)
    time.advance(59)
    expect(await given()).toBe(false)
    time.advance(1)
    expect(await given()).toBe(true)
    expect(visitor.setCookie).toContain('Max-Age=600')
    expect(await given()).toBe(false)
    time.advance(300)
    await visitor.request((session) => session.get('a'))
    expect(visitor.setCookie).toContain('Max-Age=600')
    expect(await given()).toBe(false)
  })
})

describe('A session cookie with a maxAge', () => {
  it('is sent again in time to a visitor who only sends forms with one-time tokens', async () => {
    const time = new TestClock()
    const sessions = newSessions({ cookie: { maxAge: 1_000 }, clock: time.clock })
    const visitor = new Visitor(sessions)
    let token = await visitor.request((session) => {
      session.put('a', 1)
      return session.generateToken()
    })
    let given = 0
    for (let seconds = 0; seconds < 1_000; seconds += 90) {
      time.advance(90)
      const session = await sessions.load(visitor.cookie)
      expect(await session.validateToken(token)).toBe(true)
      given += (await sessions.end(session)) === undefined ? 0 : 1
      token = await visitor.request((session) => session.generateToken())
    }
    expect(given).toBeGreaterThan(5)
  })
})

describe('Cookie options that browsers would not accept', () => {
  const refused: Record<string, CookieOptions | Record<string, unknown>> = {
    '__Host- with domain': { name: '__Host-s', domain: 'example.com' },
    '__Host- with another path': { name: '__Host-s', path: '/app' },
    '__Host- without secure': { name: '__Host-s', secure: false },
    '__HOST- in any case': { name: '__hOsT-s', path: '/app' },
    '__Secure- without secure': { name: '__Secure-s', secure: false },
    'SameSite None without Secure': { sameSite: 'none', secure: false },
    'Partitioned without Secure': { partitioned: true, secure: false },
    'a path with ;': { path: '/a;b' },
    'a path with CR LF': { path: '/a\r\nSet-Cookie: x=1' },
    'a path of more than 1 024 bytes': { path: `/${'a'.repeat(1_024)}` },
    'a path without a slash': { path: 'app' },
    'a domain with ;': { domain: 'example.com; Path=/' },
    'an empty domain': { domain: '' },
    'a name that is no token': { name: 'a b' },
    'an empty name': { name: '' },
    'a name that is too long': { name: 'a'.repeat(4_000) },
    'a fractional maxAge': { maxAge: 1.5 },
    'a negative maxAge': { maxAge: -1 },
    'a maxAge of zero': { maxAge: 0 },
    'a maxAge above 400 days': { maxAge: 34_560_001 },
    'an unknown sameSite': { sameSite: 'toString' },
    'a secure that is no boolean': { secure: 'false' },
    'an unknown option': { httpOnly: false },
    'null for the options': null as unknown as CookieOptions,
  }
  for (const [name, cookie] of Object.entries(refused)) {
    it(`throws at construction: ${name}`, () => {
      expect(() => newSessions({ cookie })).toThrow(/cookie/)
    })
  }
})

describe('Cookie options that other libraries take', () => {
  const advice: [what: string, cookie: object, instead: string][] = [
    ['a dot before the domain', { domain: '.a.example' }, "Write 'a.example'"],
    ['localhost as domain', { domain: 'localhost' }, 'Leave it out'],
    ['an IPv4 address as domain', { domain: '127.0.0.1' }, 'Leave it out'],
    ['an IPv6 address as domain', { domain: '[::1]' }, 'Leave it out'],
    ['sameSite with a capital', { sameSite: 'Lax' }, "'strict', 'lax' or 'none', in lower case"],
    ['sameSite true', { sameSite: true }, "'strict', 'lax' or 'none', in lower case"],
    ['httpOnly', { httpOnly: true }, 'leave it out, the session cookie is always HttpOnly'],
    ["secure 'auto'", { secure: 'auto' }, 'Leave it out (true)'],
    ['a maxAge of 0', { maxAge: 0 }, 'session.destroy()'],
    ['a maxAge in milliseconds', { maxAge: 86_400_000 }, 'it counts seconds, not milliseconds'],
    ['__Http- without secure', { name: '__Http-s', secure: false }, 'choose a name without'],
    ['__Host-Http- with a domain', { name: '__Host-Http-s', domain: 'a.example' }, "the path '/'"],
    ['a misspelt option', { samesite: 'lax' }, 'Did you mean "sameSite"?'],
  ]
  it.each(advice)('are refused with what to write instead: %s', (_, cookie, instead) => {
    expect(() => newSessions({ cookie: cookie as never })).toThrow(instead)
  })

  it('may have a name with the prefix __Http- or __Host-Http-', async () => {
    for (const name of ['__Http-s', '__Host-Http-s']) {
      const visitor = newVisitor({ cookie: { name } })
      await visitor.request((session) => session.put('a', 1))
      expect(await visitor.data()).toEqual({ a: 1 })
    }
  })
})

describe('Cookie options at the limits of what browsers accept', () => {
  const accepted: Record<string, CookieOptions> = {
    'a path of 1 024 bytes': { path: `/${'a'.repeat(1_023)}` },
    'a name of 3 988 bytes, with its value 4 096': { name: 'a'.repeat(3_988) },
    'a maxAge of 400 days': { maxAge: 34_560_000 },
    'a maxAge of a second': { maxAge: 1 },
    '__Secure- with domain and path': { name: '__Secure-s', domain: 'a.example', path: '/app' },
    'a name that is a property of every object': { name: '__proto__' },
  }
  for (const [name, cookie] of Object.entries(accepted)) {
    it(`work: ${name}`, async () => {
      const visitor = newVisitor({ cookie, absoluteTimeout: false })
      await visitor.request((session) => session.put('a', 1))
      expect(await visitor.data()).toEqual({ a: 1 })
    })
  }

  it('name the option in the error when it is one character too long', () => {
    expect(() => newSessions({ cookie: { name: 'a'.repeat(3_989) } })).toThrow(/cookie\.name/)
    expect(() => newSessions({ cookie: { path: `/${'a'.repeat(1_024)}` } })).toThrow(/cookie\.path/)
  })
})

describe('Session options that cannot work', () => {
  const refused: Record<string, Record<string, unknown>> = {
    'no store': { store: undefined },
    'a store without update': { store: { read() {}, create() {}, delete() {}, gc() {} } },
    'a short secret': { secrets: 'x'.repeat(31) },
    'one short secret of several': { secrets: [secret, 'short'] },
    'an empty list of secrets': { secrets: [] },
    'no secrets': { secrets: undefined },
    'an unknown option': { idleTimeOut: 60 },
    'an idleTimeout of zero': { idleTimeout: 0 },
    'a fractional absoluteTimeout': { absoluteTimeout: 0.5 },
    'a renewInterval as long as idleTimeout': { renewInterval: 60, idleTimeout: 60 },
    'a storeTimeout that is too long for a timer': { storeTimeout: 3_000_000 },
    'a negative gcInterval': { gcInterval: -1 },
    'a serializer without parse': { serializer: { stringify: JSON.stringify } },
    'an unknown onLost': { onLost: 'retry' },
    'maxPayloadBytes of zero': { maxPayloadBytes: 0 },
    'a clock that is no function': { clock: 0 },
  }
  for (const [name, options] of Object.entries(refused)) {
    it(`throws at construction: ${name}`, () => {
      const [option = ''] = Object.keys(options)
      let error: unknown
      try {
        newSessions(options)
      } catch (thrown) {
        error = thrown
      }
      expect(error instanceof TypeError || error instanceof RangeError).toBe(true)
      expect(String(error)).toContain(option)
      expect(String(error)).not.toContain(secret)
    })
  }

  it('accepts a secret of 16 two-byte characters, and undefined for an option that is left out', () => {
    expect(() =>
      newSessions({ secrets: 'é'.repeat(16), idleTimeout: undefined as never }),
    ).not.toThrow()
  })
})

describe('A forged or malformed cookie', () => {
  it('is rejected for every flipped bit, truncation and extension, without a store call', async () => {
    const { value, finds, store } = await storedSession()
    const forged = new Set<string>()
    for (let index = 0; index < value.length; index += 1) {
      forged.add(value.slice(0, index))
      for (let bit = 0; bit < 7; bit += 1) {
        const flipped = String.fromCharCode(value.charCodeAt(index) ^ (1 << bit))
        forged.add(value.slice(0, index) + flipped + value.slice(index + 1))
      }
    }
    for (const end of ['A', '=', '==', '.', '%', `.${value}`]) forged.add(value + end)
    for (const header of forged) expect(await finds(`__Host-session=${header}`)).toBe(false)
    expect(store.calls).toEqual([])
    expect(await finds(`__Host-session=${value}`)).toBe(true)
  })

  it('is rejected in every other spelling of the last character', async () => {
    const { value, finds, store } = await storedSession()
    for (const character of base64url) {
      const alias = value.slice(0, -1) + character
      expect(await finds(`__Host-session=${alias}`)).toBe(alias === value)
    }
    expect(store.calls).toEqual(['read'])
  })

  it('is rejected when it was signed for another cookie name or by another secret', async () => {
    const { value, store } = await storedSession({ cookie: { name: 'other' } })
    for (const options of [{}, { cookie: { name: 'other' }, secrets: `not ${secret}` }]) {
      const sessions = newSessions({ store, ...options })
      const events = await recordedEvents(async () => {
        const session = await sessions.load(`__Host-session=${value}; other=${value}`)
        expect(session.isNew).toBe(true)
      })
      expect(events).toEqual([['rejected', { reason: 'signature' }]])
    }
    expect(store.calls).toEqual([])
  })
})

describe('A Cookie header', () => {
  it('selects the valid one of several values, in any order', async () => {
    const { value, finds } = await storedSession()
    expect(await finds(`__Host-session=garbage; __Host-session=${value}`)).toBe(true)
    expect(await finds(`a=b;__Host-session=${value};  __Host-session=garbage`)).toBe(true)
    expect(await finds(`__proto__=x; constructor=y; toString=z; __Host-session=${value}`)).toBe(
      true,
    )
    expect(await finds(`__Host-session=${value}; __Host-session=${value}`)).toBe(true)
  })

  it('selects no session when two values belong to live sessions, and publishes an event', async () => {
    const { sessions, value } = await storedSession()
    const other = new Visitor(sessions)
    await other.request((session) => session.put('mine', true))
    const events = await recordedEvents(async () => {
      const session = await sessions.load(`__Host-session=${value}; ${other.cookie}`)
      expect(session.isNew).toBe(true)
    })
    expect(events.at(-1)).toEqual(['rejected', { reason: 'ambiguous' }])
  })

  it('selects the live session when the other valid value belongs to a destroyed one', async () => {
    const { sessions, value, finds } = await storedSession()
    const other = new Visitor(sessions)
    await other.request((session) => session.put('mine', true))
    const dead = other.cookie
    await other.request((session) => session.destroy())
    expect(await finds(`${dead}; __Host-session=${value}`)).toBe(true)
  })

  it('has at most four values of the name checked', async () => {
    const { value, finds, store } = await storedSession()
    const garbage = '__Host-session=x; '
    expect(await finds(`${garbage.repeat(3)}__Host-session=${value}`)).toBe(true)
    expect(await finds(`${garbage.repeat(4)}__Host-session=${value}`)).toBe(false)
    expect(await finds(`__Host-session=${value}; `.repeat(50))).toBe(true)
    expect(store.calls).toEqual(['read', 'read'])
  })

  it('selects no session by a name that only looks alike', async () => {
    const { value, finds, store } = await storedSession()
    const headers = [
      `\xa0__Host-session=${value}`,
      `%5F%5FHost-session=${value}`,
      `=__Host-session=${value}`,
      `__HOST-session=${value}`,
      `__Host-session =${value}`,
      `x__Host-session=${value}`,
      `__Host-session="${value};"`,
      `__Host-session="${value}"`,
      `__Host-session=${value}%`,
      `__Host-session${value}`,
      `__Host-session`,
      `__Host-session=`,
      `a=__Host-session=${value}`,
      `__Host-session=${value}\x80`,
      `__Host-session=${value}, __Host-session=${value}`,
      ';'.repeat(16_384),
    ]
    for (const header of headers) expect(await finds(header), header.slice(0, 40)).toBe(false)
    expect(store.calls).toEqual([])
  })

  it('never throws and never selects a session with random contents: 100 000 headers', async () => {
    const { value, sessions, store } = await storedSession()
    const random = seededRandom(20_261_122)
    const pieces = [
      '__Host-session',
      '=',
      ';',
      ' ',
      '\t',
      '"',
      '%',
      ',',
      '\xa0',
      '\0',
      '\xff',
      'é',
      value.slice(0, 64),
      '.',
      value.slice(1),
      'a'.repeat(50),
    ]
    for (let round = 0; round < 100_000; round += 1) {
      const count = 1 + Math.floor(random() * 12)
      let header = ''
      for (let index = 0; index < count; index += 1) {
        header += pieces[Math.floor(random() * pieces.length)]
      }
      const session = await sessions.load(header)
      if (!session.isNew) throw new Error(`A session was selected by ${JSON.stringify(header)}`)
    }
    expect(store.calls).toEqual([])
  })

  it('takes time in proportion to its length', async () => {
    const { sessions } = await storedSession()
    const shapes = [
      ';',
      '__Host-session=x;',
      ' \t',
      '__Host-session',
      '=',
      `__Host-session=${' '.repeat(60)}x;`,
    ]
    for (const shape of shapes) {
      // If the parser read the whole header again for each character, this would take days.
      const session = await sessions.load(shape.repeat(Math.ceil(4_000_000 / shape.length)))
      expect(session.isNew).toBe(true)
    }
  })
})

/** A random number generator with a seed, so that a failure can be repeated (mulberry32). */
function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
