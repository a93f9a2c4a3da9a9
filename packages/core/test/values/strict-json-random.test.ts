import { types } from 'node:util'
import { runInNewContext } from 'node:vm'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { strictJson, UnstorableValue } from '../../src/values/strict-json.ts'

const realm = runInNewContext('({ object: Object.prototype, array: Array.prototype })')
const roots: readonly unknown[] = [Object.prototype, realm.object, null]
const arrayRoots: readonly unknown[] = [Array.prototype, realm.array]

/** Whether the copy has all that the value has, hidden or not. Written apart from the code under test. */
function isExactly(value: unknown, copy: unknown): boolean {
  if (typeof value !== 'object' || value === null) return Object.is(value, copy)
  if (typeof copy !== 'object' || copy === null || types.isProxy(value)) return false
  if (types.isBoxedPrimitive(value) || types.isDate(value)) return false
  if (Array.isArray(value) !== Array.isArray(copy)) return false
  const allowed = Array.isArray(value) ? arrayRoots : roots
  const above: object | null = Object.getPrototypeOf(value)
  if (!allowed.includes(above) && (Array.isArray(value) || !isEmptyRoot(above))) return false
  const [keys, others] = [Reflect.ownKeys(value), Reflect.ownKeys(copy)]
  if (keys.length !== others.length || !others.every((key) => keys.includes(key))) return false
  return keys.every((key) => {
    const [own, other] = [value, copy].map((it) => Object.getOwnPropertyDescriptor(it, key))
    if (!own || !other || !('value' in own)) return false
    return own.enumerable === other.enumerable && isExactly(own.value, other.value)
  })
}

function isEmptyRoot(above: object | null): boolean {
  if (above === null || types.isProxy(above)) return false
  return Object.getPrototypeOf(above) === null && Reflect.ownKeys(above).length === 0
}

const plain = fc.constantFrom<unknown>('', 'a', '€😀', 0, 1.5, -1e21, true, false, null)
const odd = fc.constantFrom<() => unknown>(
  () => undefined,
  () => Number.NaN,
  () => -0,
  () => 1n,
  () => Symbol('s'),
  () => () => 1,
  () => '\ud800',
  () => new Date(0),
  () => new Map(),
  () => Object('text'),
  () => Object(5),
  () => Object(1n),
  () => /x/g,
  () => new Error('x'),
  () => new (class A {})(),
  () => new (class B extends Array {})(),
  () => new Uint8Array(2),
  () => new Proxy({ a: 1 }, {}),
  () => new Proxy([], { get: () => 1 }),
  () => Object.create({ inherited: 1 }),
)

type Way = 'plain' | 'hidden' | 'getter' | 'setter' | 'read-only'
/** Mostly plain, so that some values of several properties are stored. */
const way = fc.constantFrom<Way>(
  ...Array<Way>(12).fill('plain'),
  'hidden',
  'getter',
  'setter',
  'read-only',
)
const name = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.constantFrom<PropertyKey>('a', 'b', '0', '1', '2', '__proto__', 'constructor'),
  },
  { weight: 1, arbitrary: fc.constantFrom<PropertyKey>('toJSON', '\udfff', Symbol('k'), 'length') },
)
const prototype = fc.constantFrom<(isArray: boolean) => object | null>(
  ...Array(16).fill((isArray: boolean) => (isArray ? Array.prototype : Object.prototype)),
  (isArray) => (isArray ? realm.array : realm.object),
  () => Object.prototype,
  () => null,
  () => Object.create(null),
  () => Object.create(null, { toJSON: { value: () => 1 } }),
  () => class C extends (null as unknown as typeof Object) {}.prototype,
  () => Object.create(Array.prototype),
  () => Array.prototype,
  () => new Proxy({}, {}),
)

function define(target: object, key: PropertyKey, how: Way, value: unknown): void {
  if (Array.isArray(target) && key === 'length') return
  const [enumerable, configurable] = [how !== 'hidden', true]
  if (how === 'getter')
    Reflect.defineProperty(target, key, { get: () => value, enumerable, configurable })
  else if (how === 'setter')
    Reflect.defineProperty(target, key, { set() {}, enumerable, configurable })
  else
    Reflect.defineProperty(target, key, {
      value,
      enumerable,
      configurable,
      writable: how === 'plain',
    })
}

const { weird } = fc.letrec<{ weird: unknown }>((tie) => ({
  weird: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 12, arbitrary: plain },
    { weight: 1, arbitrary: odd.map((make) => make()) },
    {
      weight: 12,
      arbitrary: fc
        .record({
          kind: fc.constantFrom('object', 'object', 'array', 'array', 'number'),
          items: fc.array(tie('weird'), { maxLength: 3 }),
          properties: fc.array(fc.tuple(name, way, tie('weird')), { maxLength: 3 }),
          prototype,
          seal: fc.constantFrom('no', 'no', 'freeze', 'preventExtensions'),
          odd: fc.nat(11),
        })
        .map((parts) => {
          const isArray = parts.kind === 'array'
          const made = isArray
            ? [...parts.items]
            : parts.kind === 'object' || parts.odd > 0
              ? {}
              : Object(5)
          const own = isArray && parts.odd > 1 ? [] : parts.properties
          for (const [key, how, value] of own) define(made, key, how, value)
          Object.setPrototypeOf(made, parts.prototype(isArray))
          if (parts.seal === 'freeze') Object.freeze(made)
          if (parts.seal === 'preventExtensions') Object.preventExtensions(made)
          return made
        }),
    },
  ),
}))

describe('The default serializer, over random values', () => {
  it('gives back exactly what it takes', () => {
    let taken = 0
    const outcome = (value: unknown) => {
      try {
        return { text: strictJson.stringify(value) }
      } catch (error) {
        expect(error).toBeInstanceOf(UnstorableValue)
        return undefined
      }
    }
    fc.assert(
      fc.property(weird, (value) => {
        const stored = outcome(value)
        if (!stored) return
        taken += 1
        expect(isExactly(value, strictJson.parse(stored.text))).toBe(true)
      }),
      { numRuns: 3_000 },
    )
    expect(taken).toBeGreaterThan(300)
  })

  it('takes whatever JSON.parse gives', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const parsed = JSON.parse(JSON.stringify(value))
        expect(isExactly(parsed, strictJson.parse(strictJson.stringify(parsed)))).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})
