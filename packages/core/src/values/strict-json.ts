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
 * undefined, class instances, getters and the like.
 */
export const strictJson: Serializer = Object.freeze({
  stringify(value: unknown): string {
    check(value, [], new Set())
    return JSON.stringify(value)
  },
  parse(text: string): unknown {
    return JSON.parse(text)
  },
})

type Path = (string | number)[]

function check(value: unknown, path: Path, ancestors: Set<object>): void {
  switch (typeof value) {
    case 'string':
      if (!value.isWellFormed()) refuse(path, 'is text with a lone surrogate')
      return
    case 'boolean':
      return
    case 'number':
      if (!Number.isFinite(value)) refuse(path, `is ${value}`)
      if (Object.is(value, -0)) refuse(path, 'is -0')
      return
    case 'object':
      if (value !== null) checkObject(value, path, ancestors)
      return
    case 'undefined':
      refuse(path, 'is undefined')
      break
    default:
      refuse(path, `is a ${typeof value}`)
  }
}

function checkObject(value: object, path: Path, ancestors: Set<object>): void {
  if (ancestors.has(value)) refuse(path, 'refers back to what contains it')
  if (ancestors.size >= maxDepth)
    refuse(path.slice(0, 8), `is nested deeper than ${maxDepth} levels`)
  ancestors.add(value)
  if (Array.isArray(value)) checkArray(value, path, ancestors)
  else checkProperties(value, path, ancestors)
  ancestors.delete(value)
}

function checkArray(value: unknown[], path: Path, ancestors: Set<object>): void {
  if (!isRoot(Object.getPrototypeOf(Object.getPrototypeOf(value)))) refuseInstance(value, path)
  if (Object.keys(value).length !== value.length) {
    refuse(path, 'is an array with holes or named properties')
  }
  for (const [index, item] of value.entries()) {
    path.push(index)
    check(item, path, ancestors)
    path.pop()
  }
}

function checkProperties(value: object, path: Path, ancestors: Set<object>): void {
  if (!isRoot(Object.getPrototypeOf(value))) refuseInstance(value, path)
  if (Object.getOwnPropertySymbols(value).length > 0) refuse(path, 'has a symbol for a key')
  for (const name of Object.keys(value)) {
    path.push(name)
    const property = Object.getOwnPropertyDescriptor(value, name)
    if (property?.get || property?.set) refuse(path, 'is a getter or setter')
    if (!name.isWellFormed()) refuse(path.slice(0, -1), 'has a key with a lone surrogate')
    check(property?.value, path, ancestors)
    path.pop()
  }
}

/** Whether a prototype is `Object.prototype` (of any realm) or none. */
function isRoot(prototype: object | null): boolean {
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

function refuseInstance(value: object, path: Path): never {
  return refuse(path, `is a ${value.constructor?.name || 'class instance'}`)
}

function refuse(path: Path, reason: string): never {
  const steps = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
  throw new UnstorableValue(steps.join(''), reason)
}
