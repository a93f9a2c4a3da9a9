import { types } from 'node:util'

/**
 * Turns a value into text and back. `stringify` throws for what it cannot keep exactly, and its text
 * has no line break; `parse(stringify(value))` is a fresh, equal value. `devalue` and `superjson` fit
 * as they are.
 */
export interface Serializer {
  stringify(value: unknown): string
  parse(text: string): unknown
}

/** Why a value cannot be stored, and where in it: `.items[2].added`. */
export class UnstorableValue extends Error {
  readonly path: string

  constructor(path: string, reason: string) {
    super(reason)
    this.path = path
  }
}

/** The depth that a value may have. Far above any real value, far below the end of the call stack. */
const maxDepth = 500

/**
 * JSON that throws where `JSON.stringify` would change a value silently: Date, Map, NaN, -0,
 * undefined, class instances, getters, hidden properties, proxies and the like. Frozen objects, objects
 * without a prototype and objects of other realms are stored, and come back as ordinary objects.
 */
export const strictJson: Serializer = Object.freeze({
  stringify(value: unknown): string {
    const fault = faultOf(value, 0)
    if (fault) throw unstorable(value, fault)
    return JSON.stringify(value)
  },
  parse(text: string): unknown {
    return JSON.parse(text)
  },
})

/** What is wrong with a part of a value. The steps to the part are added on the way back to the value. */
interface Fault {
  readonly reason: string
  readonly steps: (string | number)[]
}

const { toString: tagOf, __lookupGetter__: lookupGetter } =
  Object.prototype as typeof Object.prototype & {
    __lookupGetter__(this: object, name: PropertyKey): unknown
  }
const { toString: sourceOf } = Function.prototype

// Nothing below runs code of the value (a getter, a toJSON, a trap of a proxy), and neither does
// JSON.stringify after it. So the text is that of the value which was checked.

function faultOf(value: unknown, depth: number): Fault | undefined {
  switch (typeof value) {
    case 'string':
      return value.isWellFormed() ? undefined : fault('is text with a lone surrogate')
    case 'boolean':
      return undefined
    case 'number':
      if (!Number.isFinite(value)) return fault(`is ${value}`)
      return Object.is(value, -0) ? fault('is -0') : undefined
    case 'object':
      if (value === null) return undefined
      if (types.isProxy(value)) return fault('is a Proxy: put a copy of it')
      if (depth === maxDepth) return fault(`is nested deeper than ${maxDepth} levels`)
      return Array.isArray(value) ? faultOfArray(value, depth + 1) : faultOfObject(value, depth + 1)
    case 'undefined':
      return fault('is undefined')
    default:
      return fault(`is a ${typeof value}`)
  }
}

function faultOfArray(value: unknown[], depth: number): Fault | undefined {
  const ofKind = faultOfKind(value, Array.prototype)
  if (ofKind) return ofKind
  // The names of the items come first, in order, and then `length`. So `length` stands where it should
  // only if no item is missing, and it is the last name only if there are no others.
  const names = Object.getOwnPropertyNames(value)
  const isPlain = names.length === value.length + 1 && names[value.length] === 'length'
  if (!isPlain || Object.keys(value).length !== value.length || hasSymbols(value)) {
    return fault('is an array with holes, hidden items or named properties')
  }
  for (let index = 0; index < value.length; index += 1) {
    // A third of the time that a property descriptor takes.
    if (lookupGetter.call(value, index)) return within(index, fault('is a getter or setter'))
    const ofItem = faultOf(value[index], depth)
    if (ofItem) return within(index, ofItem)
  }
  return undefined
}

function faultOfObject(value: object, depth: number): Fault | undefined {
  const ofKind = faultOfKind(value, Object.prototype)
  if (ofKind) return ofKind
  if (hasSymbols(value)) return fault('has a symbol for a key')
  for (const name of Object.getOwnPropertyNames(value)) {
    const property = Object.getOwnPropertyDescriptor(value, name)
    if (property?.get || property?.set) return within(name, fault('is a getter or setter'))
    if (!property?.enumerable) return within(name, fault('is not enumerable'))
    if (!name.isWellFormed()) return fault('has a key with a lone surrogate')
    const ofProperty = faultOf(property.value, depth)
    if (ofProperty) return within(name, ofProperty)
  }
  return undefined
}

/** Says what is no ordinary object or array: nothing else comes back from JSON. */
function faultOfKind(value: object, ordinary: object): Fault | undefined {
  const prototype: object | null = Object.getPrototypeOf(value)
  const isArray = ordinary === Array.prototype
  const isOrdinary =
    prototype === ordinary ||
    (!isArray && isBare(value, prototype)) ||
    isOfOtherRealm(prototype, isArray)
  if (!isOrdinary) return fault(nameOfClass(prototype))
  if (prototype !== null && 'toJSON' in prototype) return fault('inherits a toJSON')
  // An object of another kind may have been given the prototype, such as a Number.
  const tag = tagOf.call(value)
  return tag === (isArray ? '[object Array]' : '[object Object]')
    ? undefined
    : fault(`is a ${tag.slice('[object '.length, -1)}`)
}

/**
 * Whether an object inherits nothing: by having no prototype, or an empty one. Parsers of queries and
 * cookies make such objects by `new Bare()`, where `Bare.prototype` is `Object.create(null)`.
 */
function isBare(value: object, prototype: object | null): boolean {
  if (prototype === null) return !isRawJson(value)
  if (types.isProxy(prototype) || Object.getPrototypeOf(prototype) !== null) return false
  return Object.getOwnPropertyNames(prototype).length === 0 && !hasSymbols(prototype)
}

/** Whether this is `Object.prototype` or `Array.prototype` of another realm, such as one of `node:vm`. */
function isOfOtherRealm(prototype: object | null, isArray: boolean): boolean {
  if (prototype === null || types.isProxy(prototype)) return false
  const made = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value
  return (
    typeof made === 'function' &&
    sourceOf.call(made) === `function ${isArray ? 'Array' : 'Object'}() { [native code] }` &&
    made.prototype === prototype
  )
}

/** Whether JSON.stringify would write the text that it holds in its place: since Node 22. */
function isRawJson(value: object): boolean {
  return 'isRawJSON' in JSON && typeof JSON.isRawJSON === 'function' && JSON.isRawJSON(value)
}

function hasSymbols(value: object): boolean {
  return Object.getOwnPropertySymbols(value).length > 0
}

/** Looks only at what it can read without running code of the value. */
function nameOfClass(prototype: object | null): string {
  if (prototype === null || types.isProxy(prototype)) return 'inherits from another object'
  const ofClass = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value
  const name =
    typeof ofClass === 'function' && Object.getOwnPropertyDescriptor(ofClass, 'name')?.value
  return typeof name === 'string' && name !== '' ? `is a ${name}` : 'inherits from another object'
}

function fault(reason: string): Fault {
  return { reason, steps: [] }
}

function within(step: string | number, { reason, steps }: Fault): Fault {
  steps.push(step)
  return { reason, steps }
}

function unstorable(value: unknown, { reason, steps }: Fault): UnstorableValue {
  const path = steps.toReversed()
  if (path.length < maxDepth) return new UnstorableValue(textOf(path), reason)
  const cycle = firstCycle(value, path)
  if (cycle) return new UnstorableValue(textOf(cycle), 'refers back to what contains it')
  return new UnstorableValue(textOf(path.slice(0, 8)), reason)
}

/** The path up to the first object that is also above itself. */
function firstCycle(
  value: unknown,
  path: readonly (string | number)[],
): readonly (string | number)[] | undefined {
  const above = new Set<unknown>([value])
  let current = value
  for (const [index, step] of path.entries()) {
    current = Object.getOwnPropertyDescriptor(current, step)?.value
    if (above.has(current)) return path.slice(0, index + 1)
    above.add(current)
  }
  return undefined
}

function textOf(path: readonly (string | number)[]): string {
  return path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('')
}
