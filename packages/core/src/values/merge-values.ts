import {
  containersIn,
  defineField,
  type Fields,
  isList,
  isPlainObject,
} from './plain-containers.ts'
import { ValueComparison } from './value-comparison.ts'

/** The field names from the root of a value to a place in it. */
export type ValuePath = readonly string[]

/** Thrown where two changes of one value meet at one place and cannot both be kept. */
export class ValuesDoNotMerge extends Error {
  readonly path: ValuePath

  constructor(path: ValuePath) {
    super('Both changed the same place')
    this.path = path
  }
}

/** What a field is that an object does not have. */
const absent = Symbol('absent')

export interface MergeOptions {
  /** The text of a value that is no plain object or list, such as a Date: two with one text are equal. */
  readonly textOf: (value: unknown) => string
  /**
   * Whether what is stored was merged with changes that are in the base. Then a list that is stored may
   * have items of others between those of the base.
   */
  readonly isAhead?: boolean
}

/**
 * Merges two changes of one value, so that the result is what one after the other would have made.
 * The values have to be fresh copies, because parts of them become parts of the result.
 *
 * @param base what both changes began with
 * @param mine what one of them made of it: its new fields and items come last
 * @param stored what the other one made of it
 * @throws {ValuesDoNotMerge} where that cannot be said for certain.
 */
export function mergeValues(
  base: unknown,
  mine: unknown,
  stored: unknown,
  options: MergeOptions,
): unknown {
  // An object that occurs twice, or in itself, cannot be merged place by place.
  if (![base, mine, stored].every(containersIn)) throw new ValuesDoNotMerge([])
  return new ValueMerge(options).merge(base, mine, stored, [])
}

class ValueMerge {
  readonly #values: ValueComparison
  readonly #isAhead: boolean

  constructor({ textOf, isAhead = false }: MergeOptions) {
    this.#values = new ValueComparison(textOf)
    this.#isAhead = isAhead
  }

  merge(base: unknown, mine: unknown, stored: unknown, path: ValuePath): unknown {
    const isBaseObject = isPlainObject(base) || base === absent
    if (isBaseObject && isPlainObject(mine) && isPlainObject(stored)) {
      // Compared field by field only: comparing them whole as well would cost their depth times their size.
      return this.#mergeFields(isPlainObject(base) ? base : {}, mine, stored, path)
    }
    if (this.#values.isSame(mine, base)) return stored
    if (this.#values.isSame(stored, base)) return mine
    const isBaseList = isList(base) || base === absent
    if (isBaseList && isList(mine) && isList(stored)) {
      return this.#mergeNewItems(isList(base) ? base : [], mine, stored, path)
    }
    // Both changed a number: an increment by each of them gives the same number, and one would be lost.
    const isNumber = typeof mine === 'number' || typeof mine === 'bigint'
    const isContainer = isPlainObject(mine) || Array.isArray(mine)
    if (isNumber || isContainer || !this.#values.isSame(mine, stored))
      throw new ValuesDoNotMerge(path)
    return stored
  }

  #mergeFields(base: Fields, mine: Fields, stored: Fields, path: ValuePath): Fields {
    const result: Fields = Object.create(Object.getPrototypeOf(stored))
    for (const name of new Set([...Object.keys(stored), ...Object.keys(mine)])) {
      const value = this.merge(field(base, name), field(mine, name), field(stored, name), [
        ...path,
        name,
      ])
      if (value === absent) continue
      defineField(result, name, value)
    }
    return result
  }

  /** The list that is stored and my new items, where both only added items, and no equal ones. */
  #mergeNewItems(
    base: readonly unknown[],
    mine: readonly unknown[],
    stored: readonly unknown[],
    path: ValuePath,
  ): unknown[] {
    if (!this.#values.beginsWith(mine, base)) throw new ValuesDoNotMerge(path)
    const mineOnly = mine.slice(base.length)
    const others = this.#newItems(base, stored)
    if (!others || mineOnly.some((item) => others.has(this.#values.comparable(item)))) {
      throw new ValuesDoNotMerge(path)
    }
    return [...stored, ...mineOnly]
  }

  /** The items that were added to a list, as text; `undefined` where it was changed otherwise. */
  #newItems(base: readonly unknown[], list: readonly unknown[]): Set<string> | undefined {
    if (this.#values.beginsWith(list, base)) {
      return new Set(list.slice(base.length).map((item) => this.#values.comparable(item)))
    }
    if (!this.#isAhead) return undefined
    const expected = base.map((item) => this.#values.comparable(item))
    const added = new Set<string>()
    let found = 0
    for (const item of list) {
      const text = this.#values.comparable(item)
      if (text === expected[found]) found += 1
      else added.add(text)
    }
    return found === base.length ? added : undefined
  }
}

function field(object: Fields, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : absent
}
