/** The fields of a plain object. */
export type Fields = Readonly<Record<string, unknown>>

/** Whether it is an object of any kind, other than a function. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/** Whether it is an object whose prototype is `Object.prototype` (of any realm) or none. */
export function isPlainObject(value: unknown): value is Fields {
  if (!isObject(value) || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/** Whether it is an array without holes and without named properties. */
export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && Object.keys(value).length === value.length
}

/**
 * Defines a field or an item, without assigning it: a field can be named `__proto__`. One that cannot
 * be changed stays as it is.
 */
export function defineField(container: object, name: PropertyKey, value: unknown): void {
  const attributes = { writable: true, enumerable: true, configurable: true }
  Reflect.defineProperty(container, name, { value, ...attributes })
}

/** All plain objects and arrays in a value; `undefined` where one of them occurs twice, or in itself. */
export function containersIn(value: unknown): Set<object> | undefined {
  const met = new Set<object>()
  const parts = [value] // No recursion: a damaged record can be deeper than the call stack.
  while (parts.length > 0) {
    const part = parts.pop()
    if (!Array.isArray(part) && !isPlainObject(part)) continue
    if (met.has(part)) return undefined
    met.add(part)
    for (const inner of Object.values(part)) {
      if (isObject(inner)) parts.push(inner)
    }
  }
  return met
}

/**
 * All objects in a value that was just read from a text, as cheaply as can be: this is done for each
 * object that `get` gives. In a text of that length there can be no more of them than `limit`, unless
 * one of them occurs twice: then only some of them are found.
 */
export function objectsIn(value: object, limit: number): object[] {
  const found = [value]
  for (let index = 0; index < found.length && found.length < limit; index += 1) {
    const object: unknown = found[index]
    if (Array.isArray(object)) {
      for (const part of object) if (typeof part === 'object' && part !== null) found.push(part)
    } else {
      const fields = object as Fields
      for (const name in fields) {
        const part = fields[name]
        if (typeof part === 'object' && part !== null) found.push(part)
      }
    }
  }
  return found
}
