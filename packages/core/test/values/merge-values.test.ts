import { parse, stringify } from 'devalue'
import { describe, expect, it } from 'vitest'
import { mergeValues, ValuesDoNotMerge } from '../../src/values/merge-values.ts'
import { checkKeptEdits, checkSerialOrders, merged } from './merged-edits.ts'

/** Merges values with dates, maps and objects that occur twice. */
function mergedRich(base: unknown, mine: unknown, stored: unknown): unknown {
  const copies = [base, mine, stored].map((it) => parse(stringify(it)))
  return mergeValues(copies[0], copies[1], copies[2], { textOf: stringify })
}

const conflict = (...path: string[]) =>
  expect.objectContaining({ constructor: ValuesDoNotMerge, path })

describe('mergeValues', () => {
  it('gives what is stored where mine is the base, and mine where the base is stored', () => {
    expect(merged({ a: [1] }, { a: [1] }, { a: 'theirs' })).toEqual({ a: 'theirs' })
    expect(merged({ a: [1] }, { a: 'mine' }, { a: [1] })).toEqual({ a: 'mine' })
    expect(merged({ a: 1, b: 2 }, { b: 2, a: 1 }, { b: 2 })).toEqual({ b: 2 })
  })

  it('merges objects field by field: theirs first, then my new fields', () => {
    const base = { same: 1, mine: 1, theirs: 1, gone: 1 }
    const mine = { same: 1, mine: 2, theirs: 1, new: { x: 1 } }
    const stored = { theirs: 2, other: 3, same: 1, mine: 1, gone: 1 }
    const result = merged(base, mine, stored)
    expect(JSON.stringify(result)).toBe('{"theirs":2,"other":3,"same":1,"mine":2,"new":{"x":1}}')
  })

  it('merges objects and lists that both added under one name', () => {
    expect(merged({}, { a: { x: 'm' } }, { a: { y: 't' } })).toEqual({ a: { y: 't', x: 'm' } })
    expect(merged({}, { a: ['m'] }, { a: ['t'] })).toEqual({ a: ['t', 'm'] })
  })

  it('treats __proto__ and constructor like all other fields', () => {
    const value = (text: string): unknown => JSON.parse(text)
    const result = merged(
      value('{"__proto__":{"a":"1"}}'),
      value('{"__proto__":{"a":"1","b":"2"},"constructor":"mine"}'),
      value('{"__proto__":{"a":"3"}}'),
    ) as object
    expect(JSON.stringify(result)).toBe('{"__proto__":{"a":"3","b":"2"},"constructor":"mine"}')
    expect(Object.getPrototypeOf(result)).toBe(Object.prototype)
    expect(Reflect.get({}, 'b')).toBeUndefined()
  })

  it('adds my new items to the list that is stored', () => {
    expect(merged([1], [1, 2], [1, 3, 4])).toEqual([1, 3, 4, 2])
    expect(merged([], ['m', 'm'], ['t', 't'])).toEqual(['t', 't', 'm', 'm'])
    expect(merged([{ a: 1, b: 2 }], [{ b: 2, a: 1 }, 'm'], [{ a: 1, b: 2 }, 't'])).toEqual([
      { a: 1, b: 2 },
      't',
      'm',
    ])
  })

  it.each<[string, unknown, unknown, unknown]>([
    ['lists to which both added an equal item', [1], [1, { a: 1, b: 2 }], [1, { b: 2, a: 1 }]],
    ['lists from which one removed an item', [1, 2], [2], [1, 2, 3]],
    ['lists that both changed otherwise, also in the same way', [1, 2], [1], [1]],
    ['lists that one sorted', [2, 1], [1, 2], [2, 1, 3]],
    ['lists in which one changed an item', [{ n: 1 }], [{ n: 2 }], [{ n: 1 }, { n: 5 }]],
  ])('refuses %s', (_what, base, mine, stored) => {
    expect(merged({ a: base }, { a: mine }, { a: stored })).toBeUndefined()
  })

  it('removes what both removed', () => {
    expect(merged({ a: 1, b: 1 }, { b: 1 }, { b: 1, c: 1 })).toEqual({ b: 1, c: 1 })
  })

  it.each<[string, unknown, unknown, unknown]>([
    ['a field that one removed and the other changed', { a: 1 }, {}, { a: 2 }],
    [
      'an object in which one changed something, and which the other removed',
      { a: { b: 1 } },
      { a: { b: 2 } },
      {},
    ],
    ['a number that both changed', { n: 1 }, { n: 2 }, { n: 3 }],
    [
      'a number that both changed in the same way: two increments are one lost',
      { n: 1 },
      { n: 2 },
      { n: 2 },
    ],
    ['a number that both added', {}, { n: 0 }, { n: 0 }],
    ['different texts', { a: 'x' }, { a: 'y' }, { a: 'z' }],
    ['different kinds', { a: 'x' }, { a: ['y'] }, { a: { y: 1 } }],
    ['equal objects in the place of a list', { a: [] }, { a: { x: 1 } }, { a: { x: 1 } }],
    ['equal lists in the place of null', { a: null }, { a: [] }, { a: [] }],
  ])('refuses %s', (_what, base, mine, stored) => {
    expect(merged(base, mine, stored)).toBeUndefined()
  })

  it('takes a text, boolean or null to which both changed it', () => {
    for (const same of ['x', true, null]) {
      expect(merged({ a: 1 }, { a: same }, { a: same })).toEqual({ a: same })
    }
  })

  it('names the place, and not what is there', () => {
    const attempt = () =>
      mergeValues(
        { users: { 'jane@example.org': { card: 'a' } } },
        { users: { 'jane@example.org': { card: 'b' } } },
        { users: { 'jane@example.org': { card: 'c' } } },
        { textOf: String },
      )
    expect(attempt).toThrow(conflict('users', 'jane@example.org', 'card'))
    expect(attempt).not.toThrow(/jane|card/)
  })

  it('compares what is no plain object by its text, as a whole', () => {
    const at = (time: number) => new Date(time)
    const base = { at: at(0), seen: new Map([['a', 1]]), n: 1n }
    expect(mergedRich(base, { ...base, at: at(1) }, { ...base, seen: new Map() })).toEqual({
      at: at(1),
      seen: new Map(),
      n: 1n,
    })
    expect(mergedRich(base, { ...base, at: at(1) }, { ...base, at: at(1) })).toEqual({
      ...base,
      at: at(1),
    })
    const maps = [new Map([['b', 1]]), new Map([['c', 1]])]
    const differing = () => mergedRich(base, { ...base, seen: maps[0] }, { ...base, seen: maps[1] })
    expect(differing).toThrow(conflict('seen'))
    const counting = () => mergedRich(base, { ...base, n: 2n }, { ...base, n: 2n })
    expect(counting).toThrow(conflict('n'))
    expect(mergedRich([at(0)], [at(0), at(1)], [at(0), at(2)])).toEqual([at(0), at(2), at(1)])
    expect(() => mergedRich([], [at(1)], [at(1)])).toThrow(conflict())
  })

  it('takes an undefined for a value like any other, not for a field that is not there', () => {
    expect(mergedRich({ a: undefined }, { a: 'x' }, { a: undefined, b: 1 })).toEqual({
      a: 'x',
      b: 1,
    })
    expect(() => mergedRich({ a: undefined }, {}, { a: 'x' })).toThrow(conflict('a'))
  })

  it('refuses values in which an object occurs twice or in a circle', () => {
    const shared = { n: 1 }
    const twice = { a: shared, b: shared }
    expect(() => mergedRich({}, twice, { c: 1 })).toThrow(conflict())
    const circle: Record<string, unknown> = {}
    circle.self = circle
    expect(() => mergedRich({}, { c: 1 }, circle)).toThrow(conflict())
    expect(() => mergedRich(circle, circle, circle)).toThrow(conflict())
  })

  it('compares arrays with holes as a whole', () => {
    const holes = (...items: unknown[]) => Object.assign(new Array(3), [1], { 2: 3 }).concat(items)
    expect(mergedRich({ a: holes() }, { a: holes(), b: 1 }, { a: holes(), c: 1 })).toEqual({
      a: holes(),
      b: 1,
      c: 1,
    })
    const bothAdd = () => mergedRich({ a: holes() }, { a: holes('m') }, { a: holes('t') })
    expect(bothAdd).toThrow(conflict('a'))
  })

  it('lets items of others stand between those of a base that is ahead of what is stored', () => {
    const ahead = (base: unknown[], mine: unknown[], stored: unknown[]) =>
      mergeValues(base, mine, stored, { textOf: String, isAhead: true })
    expect(ahead([1, 2], [1, 2, 'm'], [1, 't', 2, 't'])).toEqual([1, 't', 2, 't', 'm'])
    expect(merged([1, 2], [1, 2, 'm'], [1, 't', 2])).toBeUndefined()
    expect(() => ahead([1, 2], [1, 2, 't'], [1, 't', 2])).toThrow(conflict())
    expect(() => ahead([1, 2], [1, 2, 'm'], [2, 't', 1])).toThrow(conflict())
    expect(() => ahead([1, 2], [2], [1, 't', 2])).toThrow(conflict())
  })

  it('needs steps in proportion to the length of a list', () => {
    const dates = (from: number, length: number) =>
      Array.from({ length }, (_, index) => new Date(from + index))
    const base = dates(0, 500)
    let texts = 0
    const textOf = (it: unknown) => {
      texts += 1
      return stringify(it)
    }
    const result = mergeValues(
      base,
      [...dates(0, 500), ...dates(1_000, 500)],
      [...dates(0, 500), ...dates(2_000, 500)],
      { textOf },
    )
    expect(result).toHaveLength(1_500)
    expect(texts).toBeLessThan(10_000)
  })

  it('needs steps in proportion to the depth of a value', () => {
    let texts = 0
    const textOf = (it: unknown) => {
      texts += 1
      return stringify(it)
    }
    const nested = (change: object) => {
      let value: object = { at: new Date(0), ...change }
      for (let depth = 0; depth < 400; depth += 1) value = { at: new Date(0), inner: value }
      return value
    }
    mergeValues(nested({}), nested({ mine: 1 }), nested({ theirs: 1 }), { textOf })
    expect(texts).toBeLessThan(4_000)
  })

  it('gives what one change after the other gives, or refuses, for random changes', () => {
    expect(checkSerialOrders(500)).toBeGreaterThan(50)
  })

  it('keeps random changes of different places, and pushes of different items to one list', () => {
    checkKeptEdits(500)
  })
})
