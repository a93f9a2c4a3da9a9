import { describe, expect, it } from 'vitest'
import { TestClock } from '../../support/test-clock.ts'
import { type Binding, newHttpVisitor } from '../binding.ts'

const cookieShape = /^__Host-session=[\w-]{64}\.[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/
const cleared =
  '__Host-session=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/; HttpOnly; Secure; SameSite=Lax'

export function describeIdentity(binding: Binding): void {
  describe('the session of a visitor', () => {
    it('has what was put in it in earlier requests', async () => {
      const visitor = await newHttpVisitor(binding)
      const cart = { items: [{ sku: 'a', quantity: 2 }], note: 'ünï\n"quoted"', none: null }
      await visitor.visit((session) => session.put('cart', cart))
      expect(await visitor.ask((session) => session.get('cart'))).toEqual(cart)
      expect(await visitor.stranger().ask((session) => session.get('cart'))).toBeNull()
    })

    it('has what was changed in place', async () => {
      const visitor = await newHttpVisitor(binding)
      await visitor.visit((session) => session.put('cart', ['apple']))
      await visitor.visit((session) => void (session.get('cart') as string[]).push('pear'))
      expect(await visitor.ask((session) => session.get('cart'))).toEqual(['apple', 'pear'])
    })

    it('comes with one cookie, when the first thing is put in it', async () => {
      const visitor = await newHttpVisitor(binding)
      expect((await visitor.visit((session) => session.get('a'))).setCookies).toEqual([])
      expect((await visitor.visit((session) => session.put('a', 1))).setCookies).toEqual([
        expect.stringMatching(cookieShape),
      ])
      expect((await visitor.visit((session) => session.put('a', 2))).setCookies).toEqual([])
    })

    it('is what sessions.of gives for the request', async () => {
      const visitor = await newHttpVisitor(binding)
      const { sessions } = visitor
      expect(await visitor.ask((session, request) => sessions.of(request) === session)).toBe(true)
    })

    it('begins under a new key when the cookie has an id that was never stored', async () => {
      const elsewhere = await newHttpVisitor(binding)
      const key = await elsewhere.ask((session) => {
        session.put('a', 1)
        return session.key
      })
      const visitor = await newHttpVisitor(binding)
      for (const [name, value] of elsewhere.browser.cookies) {
        visitor.browser.cookies.set(name, value)
      }
      const read = await visitor.visit((session) => session.get('a'))
      expect([read.body, read.setCookies]).toEqual(['null', []])
      await visitor.visit((session) => session.put('b', 2))
      expect(await visitor.ask((session) => session.key)).not.toBe(key)
    })

    it('is taken from the cookie alone', async () => {
      const visitor = await newHttpVisitor(binding)
      await visitor.visit((session) => session.put('a', 1))
      const [[name, value] = ['', '']] = visitor.browser.cookies
      const answer = await visitor.stranger().visit((session) => session.get('a'), {
        query: `?${name}=${value}`,
        headers: { [name]: value, authorization: `Bearer ${value}` },
      })
      expect(answer.body).toBe('null')
    })

    it('is found beside other cookies of its name, unless two of them are live', async () => {
      const visitor = await newHttpVisitor(binding)
      const other = visitor.clone()
      await visitor.visit((session) => session.put('a', 1))
      await other.visit((session) => session.put('a', 2))
      const [[name, value] = ['', '']] = visitor.browser.cookies
      const [[, otherValue] = ['', '']] = other.browser.cookies
      const ask = (...values: string[]) =>
        visitor.ask((session) => session.get('a'), {
          headers: { cookie: values.map((it) => `${name}=${it}`).join('; ') },
        })
      expect(await ask('garbage', value, '')).toBe(1)
      expect(await ask(value, value)).toBe(1)
      expect(await ask(value, otherValue)).toBeNull()
    })

    it('ends after idleTimeout without use', async () => {
      const time = new TestClock()
      const visitor = await newHttpVisitor(binding, { idleTimeout: 100, clock: time.clock })
      await visitor.visit((session) => session.put('a', 1))
      time.advance(99)
      expect(await visitor.ask((session) => session.get('a'))).toBe(1)
      time.advance(100)
      expect(await visitor.ask((session) => session.get('a'))).toBeNull()
    })

    it('ends at absoluteTimeout after the login, also with constant use and a new id', async () => {
      const time = new TestClock()
      const options = { idleTimeout: 100, absoluteTimeout: 150, clock: time.clock }
      const visitor = await newHttpVisitor(binding, options)
      await visitor.visit((session) => session.put('a', 1))
      time.advance(75)
      await visitor.visit((session) => session.bindUser('42'))
      time.advance(75)
      await visitor.visit((session) => void session.regenerateId())
      time.advance(74)
      expect(await visitor.ask((session) => session.get('a'))).toBe(1)
      time.advance(1)
      expect(await visitor.ask((session) => session.get('a'))).toBeNull()
    })
  })

  describe('regenerateId', () => {
    it('keeps the data under a new cookie, and the old one is no longer valid', async () => {
      const visitor = await newHttpVisitor(binding)
      await visitor.visit((session) => session.put('a', 1))
      const thief = visitor.clone()
      const answer = await visitor.visit((session) => void session.regenerateId())
      expect(answer.setCookies).toEqual([expect.stringMatching(cookieShape)])
      expect(visitor.browser.cookies).not.toEqual(thief.browser.cookies)
      expect(await thief.ask((session) => session.get('a'))).toBeNull()
      expect(await visitor.ask((session) => session.get('a'))).toBe(1)
    })

    it('is not undone by a late request that brings the old cookie: its changes are 409', async () => {
      const visitor = await newHttpVisitor(binding)
      await visitor.visit((session) => session.put('a', 1))
      const late = visitor.clone()
      await visitor.visit((session) => void session.regenerateId())
      const answer = await late.visit((session) => session.put('a', 2))
      expect([answer.status, answer.setCookies]).toEqual([409, []])
      expect(await visitor.ask((session) => session.get('a'))).toBe(1)
    })

    it('does not save a session from the logout of a late request', async () => {
      const visitor = await newHttpVisitor(binding)
      await visitor.visit((session) => session.put('a', 1))
      const late = visitor.clone()
      await visitor.visit((session) => void session.regenerateId())
      const answer = await late.visit((session) => session.destroy())
      expect([answer.status, answer.setCookies]).toEqual([200, [cleared]])
      expect(await visitor.ask((session) => session.get('a'))).toBeNull()
    })

    it('begins a new session for a request with the old cookie 30 seconds later', async () => {
      const time = new TestClock()
      const visitor = await newHttpVisitor(binding, { clock: time.clock })
      await visitor.visit((session) => session.put('a', 1))
      const late = visitor.clone()
      await visitor.visit((session) => void session.regenerateId())
      time.advance(30)
      await late.visit((session) => session.put('b', 2))
      expect(await late.ask((session) => session.getData())).toEqual({ b: 2 })
      expect(await visitor.ask((session) => session.getData())).toEqual({ a: 1 })
    })

    it('leaves the old session under the old cookie when called with true', async () => {
      const visitor = await newHttpVisitor(binding)
      await visitor.visit((session) => session.put('a', 1))
      const old = visitor.clone()
      await visitor.visit((session) => {
        session.regenerateId(true)
        session.put('b', 2)
      })
      expect(await old.ask((session) => session.getData())).toEqual({ a: 1 })
      expect(await visitor.ask((session) => session.getData())).toEqual({ a: 1, b: 2 })
    })
  })

  describe('bindUser', () => {
    it('logs a visitor in, with a new cookie', async () => {
      const visitor = await newHttpVisitor(binding)
      await visitor.visit((session) => session.put('cart', 1))
      const before = visitor.clone()
      await visitor.visit((session) => session.bindUser('42'))
      const state = () => visitor.ask((session) => [session.userId ?? null, session.get('cart')])
      expect(await state()).toEqual(['42', 1])
      expect(await before.ask((session) => session.getData())).toEqual({})
    })

    it('gives no data of one user to another', async () => {
      const visitor = await newHttpVisitor(binding)
      await visitor.visit((session) => {
        session.bindUser('42')
        session.put('secret', 1)
        session.flash('secret', 1)
      })
      await visitor.visit((session) => session.bindUser('43'))
      const found = await visitor.ask((session) => [
        session.userId,
        session.getData(),
        session.hasFlash('secret'),
      ])
      expect(found).toEqual(['43', {}, false])
    })
  })

  describe('destroy and clear', () => {
    it('destroy ends the session and clears the cookie', async () => {
      const visitor = await newHttpVisitor(binding)
      await visitor.visit((session) => session.put('a', 1))
      const other = visitor.clone()
      const answer = await visitor.visit((session) => session.destroy())
      expect(answer.setCookies).toEqual([cleared])
      expect(await other.ask((session) => session.getData())).toEqual({})
    })

    it('destroy sets no cookie where there was none', async () => {
      const visitor = await newHttpVisitor(binding)
      const answer = await visitor.visit((session) => {
        session.put('a', 1)
        session.destroy()
      })
      expect(answer.setCookies).toEqual([])
    })

    it('clear ends the session and clears the cookie when nothing follows', async () => {
      const visitor = await newHttpVisitor(binding)
      await visitor.visit((session) => {
        session.bindUser('42')
        session.put('a', 1)
        session.flash('b', 2)
      })
      const other = visitor.clone()
      const answer = await visitor.visit((session) => session.clear())
      expect(answer.setCookies).toEqual([cleared])
      const found = await other.ask((session) => [
        session.userId ?? null,
        session.getData(),
        session.flash('b'),
      ])
      expect(found).toEqual([null, {}, false])
    })

    it('clear logs the visitor out, and a flash value set after it stays', async () => {
      const visitor = await newHttpVisitor(binding)
      await visitor.visit((session) => {
        session.bindUser('42')
        session.put('a', 1)
      })
      const before = visitor.clone()
      await visitor.visit((session) => {
        session.clear()
        session.flash('notice', 'Goodbye')
      })
      const found = () =>
        visitor.ask((session) => [
          session.userId ?? null,
          session.getData(),
          session.flash('notice'),
        ])
      expect(await found()).toEqual([null, {}, 'Goodbye'])
      expect(await found()).toEqual([null, {}, false])
      expect(await before.ask((session) => session.userId ?? null)).toBeNull()
    })
  })
}
