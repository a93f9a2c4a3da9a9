import { runInNewContext } from 'node:vm'
import { parse, stringify } from 'devalue'
import superjson from 'superjson'
import { describe, expect, it } from 'vitest'
import { MemoryStore } from '../../src/index.ts'
import { newSessions, newVisitor } from '../support/new-sessions.ts'
import { Visitor } from '../support/visitor.ts'

class Money {
  readonly amount = 1
}

const cycle: unknown[] = []
cycle.push({ cycle })

class Rootless extends (null as unknown as typeof Object) {}

function bare(): object {
  return Object.create(null)
}

/** The properties of a text of JSON, also the one named __proto__, in an object without a prototype. */
function bareOf(text: string): object {
  return Object.defineProperties(bare(), Object.getOwnPropertyDescriptors(JSON.parse(text)))
}

function hidden(target: object, name: string, value: unknown): object {
  return Object.defineProperty(target, name, { value, enumerable: false })
}

function getter(target: object, name: string): object {
  return Object.defineProperty(target, name, { get: () => 1, enumerable: true })
}

function lookAlike(): object {
  return hidden(bare(), 'constructor', Object)
}

function arguments_(..._: unknown[]): object {
  // biome-ignore lint/complexity/noArguments: it is what the test is about.
  return arguments
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable([], {})
  revoke()
  return proxy
}

function nested(depth: number): unknown {
  let value: unknown = 1
  for (let level = 0; level < depth; level += 1) value = [value]
  return value
}

describe('The default serializer', () => {
  const refused: readonly (readonly [string, unknown, string])[] = [
    ['Date', { items: [0, 0, { added: new Date() }] }, 'cart.items[2].added" is a Date'],
    ['Map', new Map(), 'cart" is a Map'],
    ['Set', [new Set()], 'cart[0]" is a Set'],
    ['BigInt', { n: 1n }, 'cart.n" is a bigint'],
    ['NaN', Number.NaN, 'cart" is NaN'],
    ['Infinity', [Number.NEGATIVE_INFINITY], 'cart[0]" is -Infinity'],
    ['-0', { n: -0 }, 'cart.n" is -0'],
    ['undefined', undefined, 'cart" is undefined'],
    ['undefined in an object', { a: { b: undefined } }, 'cart.a.b" is undefined'],
    ['a function', { f: () => 1 }, 'cart.f" is a function'],
    ['toJSON', { toJSON: () => 1 }, 'cart.toJSON" is a function'],
    ['a symbol', Symbol('x'), 'cart" is a symbol'],
    ['a symbol as key', { [Symbol('x')]: 1 }, 'cart" has a symbol for a key'],
    ['a cycle', cycle, 'cart[0].cycle" refers back to what contains it'],
    ['a class instance', { price: new Money() }, 'cart.price" is a Money'],
    ['an instance of a subclass of Array', new (class List extends Array {})(), 'cart" is a List'],
    ['a boxed number', { n: Object(1) }, 'cart.n" is a Number'],
    [
      'a getter',
      Object.defineProperty({}, 'g', { get: () => 1, enumerable: true }),
      'cart.g" is a getter',
    ],
    ['an array with holes', new Array(2), 'cart" is an array with holes'],
    ['an array with properties', Object.assign([1], { x: 1 }), 'cart" is an array with holes'],
    ['a lone surrogate', { text: 'a\ud800' }, 'cart.text" is text with a lone surrogate'],
    ['a lone surrogate in a key', { '\udfff': 1 }, 'cart" has a key with a lone surrogate'],
    ['a hidden toJSON', hidden({ a: 1 }, 'toJSON', () => 5), 'cart.toJSON" is not enumerable'],
    ['a hidden property', { a: hidden({ b: 1 }, 'c', 2) }, 'cart.a.c" is not enumerable'],
    ['a hidden item', hidden([1, 2], '1', 3), 'cart" is an array with holes, hidden items'],
    ['a hidden property of an array', hidden([1], 'total', 1), 'hidden items or named properties'],
    ['the strings of a template', ((it: TemplateStringsArray) => it)`a`, 'or named properties'],
    ['a match of a pattern', /a/.exec('a'), 'or named properties'],
    [
      'a hole that a named property makes up for',
      Object.assign(new Array(1), { x: 1 }),
      'with holes',
    ],
    ['a symbol on an array', Object.assign([1], { [Symbol('x')]: 1 }), 'cart" is an array with'],
    ['a getter in an array', { list: getter([1, 2], '1') }, 'cart.list[1]" is a getter'],
    [
      'a setter',
      Object.defineProperty({}, 's', { set() {}, enumerable: true }),
      's" is a getter or',
    ],
    [
      'an heir of a bare object',
      Object.create(Object.assign(bare(), { a: 1 })),
      'inherits from another object',
    ],
    [
      'an heir of a bare symbol',
      Object.create(Object.assign(bare(), { [Symbol('x')]: 1 })),
      'inherits',
    ],
    ['an heir of a bare toJSON', Object.create(hidden(bare(), 'toJSON', () => 1)), 'inherits from'],
    ['an heir of a plain object', Object.create({ a: 1 }), 'cart" inherits from another object'],
    [
      'an instance of a class without a root',
      Object.create(Rootless.prototype),
      'cart" is a Rootless',
    ],
    ['a look-alike of Object.prototype', Object.create(lookAlike()), 'cart" is a Object'],
    [
      'an array without a prototype',
      Object.setPrototypeOf([1], null),
      'inherits from another object',
    ],
    [
      'an array with the prototype of objects',
      Object.setPrototypeOf([1], Object.prototype),
      'is a Obj',
    ],
    ['an object with the prototype of arrays', Object.create(Array.prototype), 'cart" is a Array'],
    ['a number that looks like an object', Object.setPrototypeOf(Object(5), null), 'is a Number'],
    [
      'a date that looks like an object',
      Object.setPrototypeOf(new Date(), Object.prototype),
      'a Date',
    ],
    ['arguments', arguments_(1), 'cart" is a Arguments'],
    ['a proxy', { a: new Proxy({}, { get: () => 2 }) }, 'cart.a" is a Proxy'],
    ['a proxy that was revoked', revoked(), 'cart" is a Proxy'],
    [
      'an instance with a private constructor',
      Object.create({ constructor: { name: 'S3' } }),
      'inherits',
    ],
    ['a Map of another realm', runInNewContext('new Map()'), 'cart" is a Map'],
    [
      'an instance of a class of another realm',
      runInNewContext('new (class A {})'),
      'cart" is a A',
    ],
    ['a deep cycle', { a: { b: [cycle] } }, 'cart.a.b[0][0].cycle" refers back'],
    ['depth 501', nested(501), 'is nested deeper than 500 levels'],
    ['depth 10 000', nested(10_000), 'is nested deeper than 500 levels'],
  ]

  for (const [name, value, message] of refused) {
    it(`refuses ${name} at put, update and flash, naming the place`, async () => {
      const visitor = newVisitor()
      await visitor.request((session) => session.put('cart', 'old'))
      const error = expect.objectContaining({
        code: 'ERR_SESSION_VALUE',
        status: 500,
        message: expect.stringContaining(message),
      })
      await visitor.request((session) => {
        expect(() => session.put('cart', value)).toThrow(error)
        expect(() => session.update('cart', () => value)).toThrow(error)
        expect(() => session.flash('cart', value)).toThrow(error)
      })
      expect(await visitor.request((session) => session.getData())).toEqual({ cart: 'old' })
    })
  }

  it('refuses at commit what was put in place, and stores nothing of the request', async () => {
    const visitor = newVisitor()
    await visitor.request((session) => session.put('cart', { items: [] as unknown[] }))
    const request = visitor.request((session) => {
      session.put('other', 1)
      const cart = session.get('cart') as { items: unknown[] }
      cart.items.push(new Date())
    })
    await expect(request).rejects.toMatchObject({
      code: 'ERR_SESSION_VALUE',
      message: expect.stringContaining('cart.items[0]'),
    })
    expect(await visitor.request((session) => session.getData())).toEqual({ cart: { items: [] } })
  })

  it('takes plain data of 500 levels, without a prototype, and a value used twice', async () => {
    const shared = { a: 1 }
    const bare = Object.assign(Object.create(null), { shared, again: shared })
    const visitor = newVisitor()
    await visitor.request((session) => {
      session.put('deep', nested(500))
      session.put('bare', bare)
    })
    const data = await visitor.request((session) => session.getData())
    expect(data).toEqual({ deep: nested(500), bare: { shared, again: shared } })
  })
})

describe('The default serializer, where a value is unusual but nothing of it is lost', () => {
  const text = '{"a":[1,{"b":null}],"toJSON":"x","__proto__":{"c":2}}'
  const accepted: readonly (readonly [string, unknown])[] = [
    ['objects and arrays of another realm', runInNewContext(`JSON.parse('${text}')`)],
    [
      'an object that inherits from an empty bare one',
      Object.assign(Object.create(bare()), bareOf(text)),
    ],
    ['frozen objects and arrays', Object.freeze(JSON.parse(text))],
    ['a property named __proto__, and one named toJSON', JSON.parse(text)],
  ]
  it.each(accepted)('takes %s', async (_, value) => {
    const visitor = newVisitor()
    await visitor.request((session) => session.put('cart', value))
    const stored = await visitor.request((session) => session.get('cart'))
    expect(JSON.stringify(stored)).toBe(text)
  })

  const prototypes = { 'Object.prototype': Object.prototype, 'Array.prototype': Array.prototype }
  it.each(Object.entries(prototypes))(
    'refuses each value that a toJSON of %s would change',
    async (_, prototype) => {
      const session = await newSessions().load(undefined)
      Object.defineProperty(prototype, 'toJSON', { value: () => 'changed', configurable: true })
      try {
        expect(() => session.put('cart', { list: [1] })).toThrow('inherits a toJSON')
      } finally {
        Reflect.deleteProperty(prototype, 'toJSON')
      }
      session.put('cart', { list: [1] })
    },
  )

  it.runIf('rawJSON' in JSON)('refuses raw JSON', async () => {
    const raw = (JSON as unknown as { rawJSON(text: string): object }).rawJSON('1')
    const session = await newSessions().load(undefined)
    expect(() => session.put('cart', { raw })).toThrow('cart.raw')
  })

  it('runs no code of a value, whether it takes or refuses it', async () => {
    const session = await newSessions().load(undefined)
    const trap = () => {
      throw new Error('Code of the value ran')
    }
    const handler = new Proxy({}, { get: () => trap })
    const heirs = [
      new Proxy({}, handler),
      getterThatThrows({}),
      Object.create(getterThatThrows({})),
    ]
    for (const value of [...heirs, [getterThatThrows([1])], Object.create(new Proxy({}, {}))]) {
      expect(() => session.put('cart', value)).toThrow('"cart')
    }
    function getterThatThrows(target: object): object {
      const names = ['0', 'constructor', 'toJSON']
      for (const name of names) Object.defineProperty(target, name, { get: trap, enumerable: true })
      return target
    }
  })
})

describe('The serializer option', () => {
  const rich = { at: new Date(0), seen: new Map([[1, new Set(['x'])]]), big: 10n, none: undefined }
  for (const [name, serializer] of Object.entries({ devalue: { stringify, parse }, superjson })) {
    it(`keeps all types that ${name} keeps, also after in-place changes, and writes no unchanged value`, async () => {
      const store = new MemoryStore()
      const visitor = new Visitor(newSessions({ store, serializer }))
      await visitor.request((session) => session.put('rich', rich))
      const version = async (key: string) => (await store.read(key))?.version
      const [key, before] = await visitor.request(async (session) => {
        expect(session.get('rich')).toStrictEqual(rich)
        return [session.key, await version(session.key)] as const
      })
      expect(await version(key)).toBe(before)
      await visitor.request((session) => {
        const value = session.get('rich') as typeof rich
        value.seen.set(2, new Set())
      })
      const changed = (await visitor.request((session) => session.get('rich'))) as typeof rich
      expect([...changed.seen.keys()]).toEqual([1, 2])
    })

    it(`gives the default in the place of an undefined that ${name} stored`, async () => {
      const visitor = new Visitor(newSessions({ serializer }))
      await visitor.request((session) => session.put('none', undefined))
      await visitor.request((session) => {
        expect(session.get('none')).toBe(null)
        expect(session.get('none', 5)).toBe(5)
        expect(session.getAndRemove('none', 5)).toBe(5)
      })
    })
  }

  it('may write a value in another way than the stored text without causing a write', async () => {
    const store = new MemoryStore()
    const visitor = new Visitor(newSessions({ store }))
    await visitor.request((session) => session.put('list', [1]))
    const spaced = { stringify: (it: unknown) => `${JSON.stringify(it)} `, parse: JSON.parse }
    const other = new Visitor(newSessions({ store, serializer: spaced }), visitor.cookie)
    const key = await other.request((session) => {
      expect(session.get('list')).toEqual([1])
      return session.key
    })
    expect((await store.read(key))?.payload).toMatch(/\[1\]$/)
  })

  it('is refused when it returns something that cannot be stored', async () => {
    for (const text of ['two\nlines', '\ud800', 7]) {
      const serializer = { stringify: () => text as string, parse: JSON.parse }
      await newVisitor({ serializer }).request((session) => {
        expect(() => session.put('a', 1)).toThrow(/serializer made no text of "a"/)
      })
    }
  })

  it('says which key cannot be read, without quoting what is stored', async () => {
    const store = new MemoryStore()
    const visitor = new Visitor(
      newSessions({ store, serializer: { stringify: String, parse: String } }),
    )
    await visitor.request((session) => session.put('card', 'secret-value'))
    const strict = new Visitor(newSessions({ store }), visitor.cookie)
    await strict.request((session) => {
      expect(() => session.get('card')).toThrow(/stored value of "card" cannot be read/)
      try {
        session.get('card')
      } catch (error) {
        expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('secret')
      }
      session.remove('card')
    })
    expect(await strict.request((session) => session.getData())).toEqual({})
  })
})

describe('maxPayloadBytes', () => {
  it('is exact, in bytes of UTF-8, and leaves the old record', async () => {
    const store = new MemoryStore()
    const probe = new Visitor(newSessions({ store }))
    const key = await probe.request((session) => {
      session.put('a', '')
      return session.key
    })
    const fixed = Buffer.byteLength((await store.read(key))?.payload ?? '')
    const visitor = new Visitor(newSessions({ maxPayloadBytes: fixed + 8 }))
    await visitor.request((session) => session.put('a', 'éééx'))
    await visitor.request((session) => session.put('a', 'éééé'))
    const tooLarge = visitor.request((session) => session.put('a', 'ééééx'))
    await expect(tooLarge).rejects.toMatchObject({ code: 'ERR_SESSION_TOO_LARGE', status: 500 })
    expect(await visitor.request((session) => session.get('a'))).toBe('éééé')
  })

  it('refuses 100 000 keys and 10 000 flash values before it calls the store', async () => {
    const store = new MemoryStore()
    store.create = () => Promise.reject(new Error('The store was called'))
    const put = new Visitor(newSessions({ store })).request((session) => {
      for (let index = 0; index < 100_000; index += 1) session.put(`key ${index}`, index)
    })
    const flash = new Visitor(newSessions({ store })).request((session) => {
      for (let index = 0; index < 10_000; index += 1) session.flash(`key ${index}`, index)
    })
    await expect(put).rejects.toMatchObject({ code: 'ERR_SESSION_TOO_LARGE' })
    await expect(flash).rejects.toMatchObject({ code: 'ERR_SESSION_TOO_LARGE' })
  })
})
