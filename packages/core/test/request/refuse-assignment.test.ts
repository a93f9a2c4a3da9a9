import { inspect } from 'node:util'
import { describe, expect, it, vi } from 'vitest'
import { type AnySession, Session } from '../../src/index.ts'
import { newSessions } from '../support/new-sessions.ts'

/** A session as JavaScript sees it: with any property. */
async function newSession(): Promise<AnySession & Record<PropertyKey, unknown>> {
  const session: AnySession = await newSessions().load(undefined)
  return session as AnySession & Record<PropertyKey, unknown>
}

/** Code that is not strict, as most code in CommonJS is. */
const sloppy = (code: string) => new Function('session', 'request', code)

const names = ['user', 'views', 'passport', 'cookie', 'toString', '__proto__', '0', 'then']
const ownNames = ['put', 'get', 'key', 'isNew', 'userId', 'flash', 'destroy', 'toJSON']

describe('An assignment to a property of a session', () => {
  it.each([...names, ...ownNames])('throws and names what to call: %s', async (name) => {
    const session = await newSession()
    const before = session[name]
    const assign = () => {
      session[name] = 'ann'
    }
    for (const act of [assign, () => sloppy(`session['${name}'] = 'ann'`)(session)]) {
      expect(act).toThrow(TypeError)
      expect(act).toThrow(`session.${name} cannot be assigned: call session.`)
      if (name !== 'userId') expect(act).toThrow(`session.put('${name}', value)`)
    }
    expect(session[name]).toBe(before)
    expect(Object.keys(session)).toEqual([])
  })

  it('throws whatever form it has', async () => {
    const session = await newSession()
    for (const code of [
      'session.views = (session.views || 0) + 1',
      'session.views++',
      'session.user ??= {}',
      'Object.assign(session, { user: 1 })',
      "Reflect.set(session, 'user', 1)",
      '({ user: session.user } = { user: 1 })',
      // As connect-flash does, with `request.session` made the session.
      'request.session = session; request.session.flash = request.session.flash || {}',
      'request.session = session; const messages = request.session.messages = {}',
    ]) {
      expect(() => sloppy(code)(session, {}), code).toThrow(/session\.put\('/)
      expect(() => sloppy(`'use strict'; ${code}`)(session, {}), code).toThrow(/session\.put\('/)
    }
  })

  it('names bindUser for the user', async () => {
    const session = await newSession()
    expect(() => sloppy("session.userId = 'ann'")(session)).toThrow('call session.bindUser(userId)')
  })

  it('throws for a symbol', async () => {
    const session = await newSession()
    expect(() => sloppy("session[Symbol('user')] = 1")(session)).toThrow(TypeError)
  })
})

describe('A session', () => {
  it('gives undefined for properties that it does not have, and can be awaited', async () => {
    const session = await newSession()
    for (const name of ['user', 'cookie', 'then', 'length', Symbol.iterator, Symbol.toStringTag]) {
      expect(session[name]).toBeUndefined()
      expect(name in session).toBe(false)
    }
    expect(await session).toBe(session)
  })

  it('is an object and a Session, and has the methods of both', async () => {
    const session = await newSession()
    expect(session).toBeInstanceOf(Session)
    expect(session).toBeInstanceOf(Object)
    expect(session.constructor).toBe(Session)
    expect(session.toString()).toBe('[object Object]')
    expect(Object.hasOwn(session, 'user')).toBe(false)
    const { put } = session
    put.call(session, 'name', 'Jane')
    expect(session.getData()).toEqual({ name: 'Jane' })
  })

  it('is printed with its key alone', async () => {
    const session = await newSession()
    const text = `Session { key: '${session.key}' }`
    expect(inspect(session, { depth: null, showHidden: true })).toBe(text)
    expect(inspect({ session }, { showProxy: true })).toBe(`{ session: ${text} }`)
    expect(JSON.stringify({ session })).toBe(`{"session":{"key":"${session.key}"}}`)
    expect(inspect(session, { customInspect: false })).toContain('Session')
    expect(() => expect(session).toEqual({ a: 1 })).toThrow(/expected/)
  })

  it('lets others define properties, as tools for tests do', async () => {
    const session = await newSession()
    const put = vi.spyOn(session, 'put')
    session.put('name', 'Jane')
    expect(put).toHaveBeenCalledWith('name', 'Jane')
    put.mockRestore()
    expect(session.get('name')).toBe('Jane')
    Object.defineProperty(session, 'trace', { value: 5, writable: true })
    session.trace = 6
    expect(session.trace).toBe(6)
  })
})
