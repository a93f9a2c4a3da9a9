import { parse, stringify } from 'devalue'
import { describe, expect, it } from 'vitest'
import { bringUp } from '../../src/values/bring-up.ts'
import { objectsIn } from '../../src/values/plain-containers.ts'

/** Brings up an object that came from the session as a whole. */
function broughtUp<Value extends object>(
  object: Value,
  newer: unknown,
  change?: (value: Value) => void,
): boolean {
  const own = objectsIn(object, 100)
  change?.(object)
  return bringUp(object, newer, own, stringify) !== undefined
}

describe('bringUp', () => {
  it('gives objects and lists the newer contents and order, and keeps them and their parts', () => {
    const inner = { old: 1, b: 2 }
    const list = [1, 2, 3]
    const object = { inner, gone: 1, list }
    expect(broughtUp(object, { list: [4], inner: { b: 3, a: { c: 1 } }, new: [] })).toBe(true)
    expect(JSON.stringify(object)).toBe('{"list":[4],"inner":{"b":3,"a":{"c":1}},"new":[]}')
    expect([object.inner, object.list]).toEqual([{ b: 3, a: { c: 1 } }, [4]])
    expect(object.inner).toBe(inner)
    expect(object.list).toBe(list)
  })

  it('keeps an item that moved within its list', () => {
    const [first, second] = [{ id: 1 }, { id: 2 }]
    const list = [first, second]
    expect(broughtUp(list, [{ id: 1 }, { id: 3 }, { id: 2 }])).toBe(true)
    expect(list).toEqual([{ id: 1 }, { id: 3 }, { id: 2 }])
    expect(list[0]).toBe(first)
    expect(list[2]).toBe(second)
  })

  it('keeps an item in which something changed', () => {
    const item = { id: 1, count: 1 }
    const list = ['x', item]
    broughtUp(list, ['x', { id: 1, count: 2 }])
    expect(list[1]).toBe(item)
    expect(item).toEqual({ id: 1, count: 2 })
  })

  it('does not change objects of the application, and keeps them where they are equal', () => {
    const constant = Object.freeze({ name: 'pear', tags: ['a'] })
    const product = { name: 'plum' }
    const cart: { items: unknown[]; best?: unknown } = { items: [] }
    const newer = {
      items: [{ name: 'theirs' }, { name: 'pear', tags: ['a'] }],
      best: { name: 'other' },
    }
    broughtUp(cart, newer, (it) => {
      it.items.push(constant)
      it.best = product
    })
    expect(cart).toEqual(newer)
    expect(cart.items[1]).toBe(constant)
    expect(product).toEqual({ name: 'plum' })
    const again = { ...newer, best: product }
    cart.best = product
    bringUp(cart, { ...newer, best: { name: 'plum' } }, [cart], stringify)
    expect(cart).toEqual(again)
    expect(cart.best).toBe(product)
  })

  it('brings up parts that came with an earlier newer value', () => {
    const cart: { inner?: { n: number } } = {}
    const own = bringUp(cart, { inner: { n: 1 } }, [cart], stringify) ?? []
    const { inner } = cart
    const later = bringUp(cart, { inner: { n: 2 } }, own, stringify) ?? []
    expect(cart.inner).toBe(inner)
    expect(inner).toEqual({ n: 2 })
    expect([...later]).toEqual([cart, inner])
    expect([...(bringUp(cart, {}, later, stringify) ?? [])]).toEqual([cart])
  })

  it('treats __proto__ like all other fields', () => {
    const object: object = JSON.parse('{"__proto__":{"a":1}}')
    broughtUp(object, JSON.parse('{"__proto__":{"b":2},"constructor":1}'))
    expect(JSON.stringify(object)).toBe('{"__proto__":{"b":2},"constructor":1}')
    expect(Object.getPrototypeOf(object)).toBe(Object.prototype)
    expect(Reflect.get({}, 'b')).toBeUndefined()
  })

  it('replaces maps and dates that differ', () => {
    const seen = new Map([['a', 1]])
    const object = { seen, at: new Date(0) }
    broughtUp(object, parse(stringify({ seen, at: new Date(1) })))
    expect(object).toEqual({ seen: new Map([['a', 1]]), at: new Date(1) })
    expect(object.seen).toBe(seen)
  })

  it('leaves alone what it cannot bring up', () => {
    const shared = { n: 1 }
    const circle: Record<string, unknown> = {}
    circle.self = circle
    expect(broughtUp({ a: shared, b: shared }, { a: { n: 1 }, b: { n: 2 } })).toBe(false)
    expect(broughtUp(circle, { a: 1 })).toBe(false)
    expect(broughtUp({ a: 1 }, circle)).toBe(false)
    expect(broughtUp([1], { a: 1 })).toBe(false)
    expect(broughtUp(new Map([[1, 1]]), new Map())).toBe(false)
    expect(broughtUp(Object.freeze({ a: 1 }), { a: 2 })).toBe(false)
    expect(shared).toEqual({ n: 1 })
  })

  it('replaces a frozen part', () => {
    const object = { inner: Object.freeze({ n: 1 }), deep: { list: Object.freeze([1]) } }
    expect(broughtUp(object, { inner: { n: 2 }, deep: { list: [1, 2] } })).toBe(true)
    expect(object).toEqual({ inner: { n: 2 }, deep: { list: [1, 2] } })
  })
})
