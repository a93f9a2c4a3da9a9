import { inspect } from 'node:util'
import { beforeEach, describe, expect, it } from 'vitest'
import { newVisitor } from './support/new-sessions.ts'
import type { Visitor } from './support/visitor.ts'

let visitor: Visitor<Record<string, unknown>>

beforeEach(() => {
  visitor = newVisitor()
})

/** What a later request finds under a key. */
function stored(key: string): Promise<unknown> {
  return visitor.clone().request((session) => session.get(key))
}

describe('Session.put and get', () => {
  it('gives back in a later request what was put', async () => {
    const value = { name: 'Jane', tags: ['a', null, 1.5, true], nested: { deep: [[]] } }
    await visitor.request((session) => session.put('user', value))
    expect(await stored('user')).toStrictEqual(value)
  })

  it('gives the default, or null, for a key without a value', async () => {
    await visitor.request((session) => {
      expect(session.get('no')).toBeNull()
      expect(session.get('no', 'default')).toBe('default')
    })
  })

  it('gives a stored null, not the default', async () => {
    await visitor.request((session) => session.put('nothing', null))
    expect(await visitor.request((session) => session.get('nothing', 'default'))).toBeNull()
  })

  it('stores the value as it was when put was called', async () => {
    const cart = ['apple']
    await visitor.request((session) => {
      session.put('cart', cart)
      cart.push('unseen')
    })
    expect(await stored('cart')).toEqual(['apple'])
  })

  it('saves changes made in place to what get returned', async () => {
    await visitor.request((session) => session.put('cart', { items: ['apple'] }))
    await visitor.request((session) => {
      const cart = session.get('cart') as { items: string[] }
      cart.items.push('pear')
      expect(session.get('cart')).toBe(cart)
    })
    expect(await stored('cart')).toEqual({ items: ['apple', 'pear'] })
  })

  it('saves in-place changes made after a put in the same request', async () => {
    await visitor.request((session) => {
      session.put('cart', ['apple'])
      const cart = session.get('cart') as string[]
      cart.push('pear')
    })
    expect(await stored('cart')).toEqual(['apple', 'pear'])
  })

  it('does not bring back a removed or replaced value because it was changed in place', async () => {
    await visitor.request((session) => {
      session.put('gone', ['a'])
      session.put('new', ['a'])
    })
    await visitor.request((session) => {
      const gone = session.get('gone') as string[]
      const replaced = session.get('new') as string[]
      session.remove('gone')
      session.put('new', ['b'])
      gone.push('x')
      replaced.push('x')
    })
    expect(await stored('gone')).toBeNull()
    expect(await stored('new')).toEqual(['b'])
  })

  it('keeps every well-formed text exactly, as a value and as a key', async () => {
    const texts = [
      '',
      ' ',
      '\t\n\r\0',
      '\u2028\ufeff',
      '𝔘𝔫𝔦',
      'a\u0301',
      '"quoted"\\',
      'null',
      '{"a":1}',
    ]
    await visitor.request((session) => {
      for (const text of texts) session.put(text, text)
    })
    const data = await visitor.request((session) => session.getData())
    expect(data).toEqual(Object.fromEntries(texts.map((text) => [text, text])))
  })

  it('treats __proto__, constructor and toString like all other keys', async () => {
    const names = ['__proto__', 'constructor', 'prototype', 'toString']
    await visitor.request((session) => {
      expect(names.map((name) => session.has(name))).toEqual(names.map(() => false))
      for (const name of names) {
        session.put(name, JSON.parse('{"__proto__":{"polluted":true}}'))
        session.flash(name, name)
      }
    })
    await visitor.request((session) => {
      const copy = session.getData()
      for (const name of names) {
        expect(Object.getOwnPropertyDescriptor(copy, name)?.value).toStrictEqual(session.get(name))
        expect(JSON.stringify(session.get(name))).toBe('{"__proto__":{"polluted":true}}')
        expect(session.flash(name)).toBe(name)
      }
    })
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
  })

  it('refuses a key that is no string', async () => {
    await visitor.request((session) => {
      expect(() => session.put(1 as never, 'x')).toThrow(TypeError)
      expect(() => session.get(Symbol('x') as never)).toThrow(TypeError)
    })
  })
})

describe('Session.has, remove, getAndPut, getAndRemove, getData', () => {
  it('says whether a key was put, also with null', async () => {
    await visitor.request((session) => {
      session.put('null', null)
      expect([session.has('null'), session.has('other')]).toEqual([true, false])
    })
  })

  it('removes a key for good', async () => {
    await visitor.request((session) => session.put('a', 1))
    await visitor.request((session) => {
      session.remove('a')
      session.remove('never there')
      expect(session.has('a')).toBe(false)
    })
    expect(await stored('a')).toBeNull()
  })

  it('returns the old value and puts or removes', async () => {
    await visitor.request((session) => {
      expect(session.getAndPut('a', 1)).toBeNull()
      expect(session.getAndPut('a', 2, 'default')).toBe(1)
      expect(session.getAndRemove('a')).toBe(2)
      expect(session.getAndRemove('a', 'default')).toBe('default')
      expect(session.getAndPut('b', 3, 'default')).toBe('default')
    })
    expect(await visitor.request((session) => session.getData())).toEqual({ b: 3 })
  })

  it('copies all data, so that the copy is not the session', async () => {
    await visitor.request((session) => {
      session.put('list', [1])
      const list = session.get('list') as number[]
      list.push(2)
      const copy = session.getData()
      expect(copy).toEqual({ list: [1, 2] })
      ;(copy.list as number[]).push(3)
    })
    expect(await stored('list')).toEqual([1, 2])
  })
})

describe('Session.update', () => {
  it('puts the result of the function, called with the value, the default or null', async () => {
    await visitor.request((session) => {
      session.update('n', (n) => (n as number) + 1, 10)
      session.update('n', (n) => (n as number) * 2)
      session.update('was null', (value) => value === null)
    })
    expect(await visitor.request((session) => session.getData())).toEqual({
      n: 22,
      'was null': true,
    })
  })

  it('starts from what was put, removed, cleared or changed in place before it', async () => {
    await visitor.request((session) => {
      session.put('list', [1])
      session.put('removed', 1)
    })
    await visitor.request((session) => {
      const list = session.get('list') as number[]
      list.push(2)
      session.update('list', (current) => [...(current as number[]), 3])
      session.remove('removed')
      session.update('removed', (n) => (n as number) + 1, 0)
    })
    expect(await visitor.request((session) => session.getData())).toEqual({
      list: [1, 2, 3],
      removed: 1,
    })
    await visitor.request((session) => {
      session.clear()
      session.update('removed', (n) => (n as number) + 1, 100)
    })
    expect(await visitor.request((session) => session.getData())).toEqual({ removed: 101 })
  })

  it('gives each run its own copy of the default', async () => {
    const defaults: string[] = []
    await visitor.request((session) => {
      for (const key of ['a', 'b']) {
        session.update(
          key,
          (list) => {
            ;(list as string[]).push(key)
            return list
          },
          defaults,
        )
      }
    })
    expect(defaults).toEqual([])
    expect(await visitor.request((session) => session.getData())).toEqual({ a: ['a'], b: ['b'] })
  })

  it('runs the function once when no other request wrote meanwhile', async () => {
    let runs = 0
    await visitor.request((session) => session.put('n', 0))
    await visitor.request((session) =>
      session.update('n', (n) => {
        runs += 1
        return (n as number) + 1
      }),
    )
    expect(runs).toBe(1)
  })

  it('changes nothing when the function throws', async () => {
    await visitor.request((session) => {
      session.put('n', 1)
      expect(() =>
        session.update('n', () => {
          throw new RangeError('no')
        }),
      ).toThrow(RangeError)
    })
    expect(await stored('n')).toBe(1)
  })
})

describe('Session as text', () => {
  it('shows its key and no id, secret or token', async () => {
    await visitor.request((session) => {
      const token = session.generateToken()
      const shown = inspect(session, { depth: 9, showHidden: true }) + JSON.stringify({ session })
      expect(shown).toContain(session.key)
      expect(shown).not.toContain(session.getId())
      expect(shown).not.toContain(token)
    })
  })

  it('has a key of 32 hex digits that stays, and an id of 64 characters', async () => {
    const first = await visitor.request((session) => {
      session.put('a', 1)
      return { key: session.key, id: session.getId() }
    })
    expect(first.key).toMatch(/^[0-9a-f]{32}$/)
    expect(first.id).toMatch(/^[\w-]{64}$/)
    expect(Buffer.from(first.id, 'base64url').toString('hex').slice(0, 32)).toBe(first.key)
    const second = await visitor.request((session) => ({ key: session.key, id: session.getId() }))
    expect(second).toEqual(first)
  })
})

describe('Session.isNew, isDestroyed, createdAt, expiresAt', () => {
  it('have the values that their comments promise', async () => {
    const before = Math.floor(Date.now() / 1_000) * 1_000
    const created = await visitor.request((session) => {
      expect(session.isNew).toBe(true)
      session.put('a', 1)
      return session.createdAt.getTime()
    })
    expect(created).toBeGreaterThanOrEqual(before)
    await visitor.request((session) => {
      expect([session.isNew, session.isDestroyed]).toEqual([false, false])
      expect(session.createdAt.getTime()).toBe(created)
      expect(session.expiresAt.getTime() - created).toBe(1_800_000)
      session.destroy()
      expect(session.isDestroyed).toBe(true)
    })
  })
})
