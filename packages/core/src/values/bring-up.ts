import {
  containersIn,
  defineField,
  type Fields,
  isList,
  isObject,
  isPlainObject,
} from './plain-containers.ts'
import { ValueComparison } from './value-comparison.ts'

/**
 * Gives an object the contents of a newer value. The object stays the same object, and so does each
 * one in it that is in the same place of the newer value or is an item of the same list there.
 *
 * Only objects in `own` are changed: another one belongs to the application, which may have put a
 * constant of its own into the session. It stays where the newer value has an equal one, and makes way
 * for that of the newer value otherwise.
 *
 * @param object a plain object or list; frozen ones, and those in which one occurs twice, are left alone
 * @param newer a fresh copy, because parts of it become parts of the object
 * @param textOf the text of a value that is no plain object or list
 * @returns the objects that are its own now; `undefined` where the object was left as it was.
 */
export function bringUp(
  object: object,
  newer: unknown,
  own: Iterable<object>,
  textOf: (value: unknown) => string,
): Iterable<object> | undefined {
  const fresh = containersIn(newer)
  if (!fresh || !containersIn(object)) return undefined
  const known = new Set(own)
  const bringingUp = new BringingUp(known, new ValueComparison(textOf))
  if (!bringingUp.bringUp(object, newer)) return undefined
  return [...(containersIn(object) ?? [])].filter((part) => known.has(part) || fresh.has(part))
}

class BringingUp {
  readonly #own: ReadonlySet<unknown>
  readonly #values: ValueComparison

  constructor(own: ReadonlySet<unknown>, values: ValueComparison) {
    this.#own = own
    this.#values = values
  }

  bringUp(object: unknown, newer: unknown): boolean {
    if (!this.#own.has(object) || !Object.isExtensible(object)) return false
    if (isPlainObject(object) && isPlainObject(newer)) this.#bringUpFields(object, newer)
    else if (isList(object) && isList(newer)) this.#bringUpItems(object, newer)
    else return false
    return true
  }

  #bringUpFields(object: Fields, newer: Fields): void {
    const before = new Map(Object.entries(object))
    // All of them, so that the fields get the order that they have in the newer value.
    for (const name of before.keys()) Reflect.deleteProperty(object, name)
    for (const [name, value] of Object.entries(newer)) {
      defineField(object, name, this.#part(before.get(name), value))
    }
  }

  #bringUpItems(list: readonly unknown[], newer: readonly unknown[]): void {
    const before = [...list]
    const items = this.#equalItems(before, newer)
    const kept = new Set<unknown>(items)
    Reflect.set(list, 'length', 0)
    for (const [index, value] of newer.entries()) {
      const old = kept.has(before[index]) ? undefined : before[index]
      defineField(list, index, items[index] ?? this.#part(old, value))
    }
  }

  /** For each new item the object among the old ones that is equal to it, if there is one. */
  #equalItems(before: readonly unknown[], newer: readonly unknown[]): (object | undefined)[] {
    const known = new Map<string, object[]>()
    for (const item of before.toReversed()) {
      if (!isObject(item)) continue
      const text = this.#values.comparable(item)
      const equal = known.get(text)
      if (equal) equal.push(item)
      else known.set(text, [item])
    }
    return newer.map((item) =>
      isObject(item) ? known.get(this.#values.comparable(item))?.pop() : undefined,
    )
  }

  #part(part: unknown, newer: unknown): unknown {
    if (!isObject(part) || !isObject(newer)) return newer
    const isKept = this.bringUp(part, newer) || this.#values.isSame(part, newer)
    return isKept ? part : newer
  }
}
