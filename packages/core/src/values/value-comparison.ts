import { isList, isObject, isPlainObject } from './plain-containers.ts'

/** Compares values in which no object occurs twice. The order of fields does not count. */
export class ValueComparison {
  readonly #textOf: (value: unknown) => string

  /** `textOf` gives the text of a value that is no plain object or list, such as a Date. */
  constructor(textOf: (value: unknown) => string) {
    this.#textOf = textOf
  }

  isSame(a: unknown, b: unknown): boolean {
    if (Object.is(a, b)) return true
    if (isList(a) && isList(b)) return a.length === b.length && this.beginsWith(a, b)
    if (isPlainObject(a) && isPlainObject(b)) {
      const names = Object.keys(a)
      return (
        names.length === Object.keys(b).length &&
        names.every((name) => Object.hasOwn(b, name) && this.isSame(a[name], b[name]))
      )
    }
    return isObject(a) && isObject(b) && this.#textOf(a) === this.#textOf(b)
  }

  /** Whether the first items of a list are those of another one. */
  beginsWith(list: readonly unknown[], start: readonly unknown[]): boolean {
    return (
      list.length >= start.length && start.every((item, index) => this.isSame(item, list[index]))
    )
  }

  /** A text that equal values have in common, for sets and maps of values. */
  comparable(value: unknown): string {
    if (isList(value)) return `[${value.map((item) => this.comparable(item)).join()}]`
    if (isPlainObject(value)) {
      const names = Object.keys(value).sort()
      const parts = names.map((name) => `${JSON.stringify(name)}:${this.comparable(value[name])}`)
      return `{${parts.join()}}`
    }
    if (typeof value === 'string') return JSON.stringify(value)
    return isObject(value) ? `(${this.#textOf(value)})` : `${typeof value} ${String(value)}`
  }
}
