import { beforeEach, describe, expect, it } from 'vitest'
import { MemoryStore, SessionManager } from '../../src/index.ts'
import { newSessions, secret } from '../support/new-sessions.ts'
import { Visitor } from '../support/visitor.ts'

type Data = Record<string, unknown>

let store: MemoryStore
let sessions: SessionManager<Data>
let visitor: Visitor<Data>

beforeEach(() => {
  store = new MemoryStore()
  sessions = newSessions({ store })
  visitor = new Visitor(sessions)
})

const issue = () => visitor.request((session) => session.generateToken())
const validate = (token: unknown, by = visitor) =>
  by.request((session) => session.validateToken(token))

describe('Session.generateToken and validateToken', () => {
  it('accepts a token of 43 characters once, in a later request', async () => {
    const token = await issue()
    expect(token).toMatch(/^[\w-]{43}$/)
    expect(await validate(token)).toBe(true)
    expect(await validate(token)).toBe(false)
  })

  it('accepts a token of the same request once, stored or not', async () => {
    await visitor.request(async (session) => {
      const token = session.generateToken()
      expect(await session.validateToken(token)).toBe(true)
      expect(await session.validateToken(token)).toBe(false)
    })
    expect(visitor.cookie).toBeUndefined()
  })

  it('stores that the token is spent before it returns true', async () => {
    const token = await issue()
    const other = visitor.clone()
    const session = await sessions.load(visitor.cookie)
    expect(await session.validateToken(token)).toBe(true)
    expect(await validate(token, other)).toBe(false) // The first one has not committed.
  })

  it('returns true in exactly one of 30 parallel requests', async () => {
    const token = await issue()
    for (let round = 0; round < 20; round += 1) {
      const one = round === 0 ? token : await issue()
      const results = await Promise.all(
        Array.from({ length: 30 }, () => validate(one, visitor.clone())),
      )
      expect(results.filter(Boolean)).toHaveLength(1)
    }
  })

  it('returns true from exactly one of several parallel calls of one session', async () => {
    const token = await issue()
    const results = await visitor.request((session) =>
      Promise.all(Array.from({ length: 5 }, () => session.validateToken(token))),
    )
    expect(results.filter(Boolean)).toHaveLength(1)
  })

  it('returns false for anything else and never throws', async () => {
    await issue()
    const foreign = await new Visitor(sessions).request((session) => session.generateToken())
    const junk = [
      undefined,
      null,
      '',
      [],
      {},
      1,
      Symbol('x'),
      'x'.repeat(43),
      'x'.repeat(1e6),
      foreign,
    ]
    for (const token of junk) expect(await validate(token)).toBe(false)
  })

  it('keeps the newest 20', async () => {
    const tokens = await visitor.request((session) =>
      Array.from({ length: 15 }, () => session.generateToken()),
    )
    tokens.push(
      ...(await visitor.request((session) =>
        Array.from({ length: 10 }, () => session.generateToken()),
      )),
    )
    const results: boolean[] = []
    for (const token of tokens) results.push(await validate(token))
    expect(results).toEqual(tokens.map((_, index) => index >= 5))
  })

  it('refuses tokens after a pending clear, regenerateId or destroy', async () => {
    for (const end of ['clear', 'regenerateId', 'destroy'] as const) {
      const token = await issue()
      const session = await sessions.load(visitor.cookie)
      session[end]()
      expect(await session.validateToken(token)).toBe(false)
    }
  })

  it('accepts a token that was made after regenerateId in the same request', async () => {
    await issue()
    const token = await visitor.request((session) => {
      session.regenerateId()
      return session.generateToken()
    })
    expect(await validate(token)).toBe(true)
  })

  it('returns false when the session was destroyed or got another id meanwhile', async () => {
    for (const end of ['regenerateId', 'destroy'] as const) {
      const token = await issue()
      const session = await sessions.load(visitor.cookie)
      await visitor.request((other) => other[end]())
      expect(await session.validateToken(token)).toBe(false)
    }
  })

  it('loads what other requests put meanwhile, and keeps it', async () => {
    const token = await issue()
    await visitor.request(async (session) => {
      session.put('mine', 1)
      await visitor.clone().request((other) => other.put('theirs', 2))
      expect(await session.validateToken(token)).toBe(true)
      expect(session.get('theirs')).toBe(2)
    })
    expect(await visitor.request((session) => session.getData())).toEqual({ mine: 1, theirs: 2 })
  })

  it('loses no change made in place, also when another request changed the same list meanwhile', async () => {
    const token = await issue()
    await visitor.request((session) => session.put('cart', ['apple']))
    await visitor.request(async (session) => {
      const cart = session.get('cart') as string[]
      cart.push('before')
      await visitor.clone().request((other) => {
        const theirs = other.get('cart') as string[]
        theirs.push('theirs')
      })
      expect(await session.validateToken(token)).toBe(true)
      cart.push('after')
    })
    expect(await visitor.data()).toEqual({ cart: ['apple', 'theirs', 'before', 'after'] })
  })

  it('stores only a hash', async () => {
    const token = await issue()
    const key = await visitor.request((session) => session.key)
    expect((await store.read(key))?.payload).not.toContain(token)
  })
})

describe('Session.csrfToken and verifyCsrfToken', () => {
  it('can be used many times, differs at each call and stores nothing', async () => {
    const [first, second] = await visitor.request((session) => {
      session.put('a', 1)
      return [session.csrfToken(), session.csrfToken()] as const
    })
    expect(first).not.toBe(second)
    const key = await visitor.request((session) => session.key)
    const before = (await store.read(key))?.version
    await visitor.request((session) => {
      for (const token of [first, second, first, session.csrfToken()]) {
        expect(session.verifyCsrfToken(token)).toBe(true)
      }
    })
    expect((await store.read(key))?.version).toBe(before)
  })

  it('stores a new session, so that the form can be posted', async () => {
    const token = await visitor.request((session) => session.csrfToken())
    expect(visitor.cookie).toBeDefined()
    expect(await visitor.request((session) => session.verifyCsrfToken(token))).toBe(true)
  })

  it('accepts the tokens of two forms opened at once', async () => {
    await visitor.request((session) => session.put('a', 1))
    const windows = [visitor.clone(), visitor.clone()]
    const tokens = await Promise.all(
      windows.map((it) => it.request((session) => session.csrfToken())),
    )
    for (const token of tokens) {
      expect(await visitor.request((session) => session.verifyCsrfToken(token))).toBe(true)
    }
  })

  it('changes with the id', async () => {
    const token = await visitor.request((session) => session.csrfToken())
    await visitor.request((session) => session.regenerateId())
    expect(await visitor.request((session) => session.verifyCsrfToken(token))).toBe(false)
  })

  it('returns false for a flipped bit, another session, its own cookie and random text', async () => {
    const token = await visitor.request((session) => session.csrfToken())
    const foreign = await new Visitor(sessions).request((session) => session.csrfToken())
    await visitor.request((session) => {
      const bytes = Buffer.from(token, 'base64url')
      for (let bit = 0; bit < bytes.length * 8; bit += 1) {
        const flipped = Buffer.from(bytes)
        flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
        expect(session.verifyCsrfToken(flipped.toString('base64url'))).toBe(false)
      }
      for (const junk of [foreign, session.getId(), visitor.cookie, '', null, undefined, {}, 7]) {
        expect(session.verifyCsrfToken(junk)).toBe(false)
      }
    })
  })

  it('is accepted under every secret while secrets are rotated', async () => {
    const managers = [[secret], [secret, `new ${secret}`], [`new ${secret}`, secret]].map(
      (secrets) => new SessionManager<Data>({ store, secrets }),
    )
    for (const issuer of managers) {
      const page = new Visitor(issuer)
      const token = await page.request((session) => session.csrfToken())
      for (const [index, verifier] of managers.entries()) {
        const isOneStepApart = Math.abs(index - managers.indexOf(issuer)) <= 1
        if (!isOneStepApart) continue
        const session = await verifier.load(page.cookie)
        expect(session.verifyCsrfToken(token)).toBe(true)
      }
    }
  })
})
