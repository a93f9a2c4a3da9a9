import fc from 'fast-check'
import { expect } from 'vitest'
import { mergeValues, ValuesDoNotMerge } from '../../src/values/merge-values.ts'

export type Fields = Record<string, unknown>
type Path = readonly string[]

/** A change in place that does not depend on what else is in the value. */
export type Edit =
  | { readonly kind: 'set'; readonly path: Path; readonly value: string | boolean | null }
  | { readonly kind: 'remove'; readonly path: Path }
  | { readonly kind: 'push'; readonly path: Path; readonly items: readonly unknown[] }
  | { readonly kind: 'count'; readonly path: Path; readonly by: number }

const names = fc.constantFrom('a', 'b', 'c', '__proto__')
const scalars = fc.oneof(fc.constantFrom('x', 'y', ''), fc.boolean(), fc.constant(null))
const items = fc.oneof(
  fc.constantFrom('x', 'y', 'z', 1),
  fc.record({ id: fc.constantFrom(1, 2, 3) }),
)
const paths = fc.array(names, { minLength: 1, maxLength: 3 })

const { fields } = fc.letrec<{ fields: Fields; value: unknown }>((tie) => ({
  fields: fc.array(fc.tuple(names, tie('value')), { maxLength: 3 }).map(Object.fromEntries),
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalars,
    fc.constantFrom(0, 1, 2),
    fc.array(items, { maxLength: 3 }),
    tie('fields'),
  ),
}))

/** Plain objects with lists, numbers, texts and objects in them. */
export const anyFields = fields

const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), path: paths, value: scalars }),
  fc.record({ kind: fc.constant('remove' as const), path: paths }),
  fc.record({
    kind: fc.constant('push' as const),
    path: paths,
    items: fc.array(items, { minLength: 1, maxLength: 2 }),
  }),
  fc.record({
    kind: fc.constant('count' as const),
    path: paths,
    by: fc.constantFrom(-1, 1, 2),
  }),
)

/** The edits of one request. */
export const anyEdits = fc.array(edit, { maxLength: 3 })

export function copyOf<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value))
}

/** What edits make of a copy of a value. */
export function edited(value: Fields, edits: readonly Edit[]): Fields {
  const copy = copyOf(value)
  for (const one of edits) carryOut(copy, one)
  return copy
}

/** The edits that change a value, one for each place: what they leave as it is, no merge can see. */
export function thatChange(value: Fields, edits: readonly Edit[]): Edit[] {
  const kept: Edit[] = []
  for (const one of edits) {
    const isNew = !kept.some((it) => meet(it.path, one.path))
    if (isNew && JSON.stringify(edited(value, [one])) !== JSON.stringify(value)) kept.push(one)
  }
  return kept
}

/** Whether one of two places is the other one or lies in it. */
function meet(one: Path, other: Path): boolean {
  const length = Math.min(one.length, other.length)
  return one.slice(0, length).join() === other.slice(0, length).join()
}

/** Carries out one edit, or nothing where there is something else in its way. */
export function carryOut(root: Fields, one: Edit): void {
  const last = one.path.at(-1) ?? ''
  let parent = root
  for (const name of one.path.slice(0, -1)) {
    const inner = own(parent, name)
    if (inner === undefined && one.kind === 'remove') return
    if (inner === undefined) define(parent, name, {})
    else if (!isFields(inner)) return
    parent = own(parent, name) as Fields
  }
  const current = own(parent, last)
  if (one.kind === 'remove') delete parent[last]
  else if (one.kind === 'set') define(parent, last, one.value)
  else if (one.kind === 'push') {
    if (current === undefined) define(parent, last, [...one.items])
    else if (Array.isArray(current)) current.push(...one.items)
  } else if (current === undefined || typeof current === 'number') {
    define(parent, last, (current ?? 0) + one.by)
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function own(parent: Fields, name: string): unknown {
  return Object.hasOwn(parent, name) ? parent[name] : undefined
}

function define(parent: Fields, name: string, value: unknown): void {
  const attributes = { writable: true, enumerable: true, configurable: true }
  Object.defineProperty(parent, name, { value, ...attributes })
}

/** A text that values have in common that differ in nothing but the order of their fields. */
export function sorted(value: unknown): string {
  return JSON.stringify(value, (_name, it) =>
    isFields(it) ? Object.entries(it).sort(([a], [b]) => (a < b ? -1 : 1)) : it,
  )
}

/** Both orders in which two requests could have run one after the other. */
export function serialOrders(base: Fields, mine: readonly Edit[], theirs: readonly Edit[]) {
  return [edited(base, [...theirs, ...mine]), edited(base, [...mine, ...theirs])].map(sorted)
}

/** Merges copies; `undefined` where the changes cannot both be kept. */
export function merged(base: unknown, mine: unknown, stored: unknown): unknown {
  try {
    return mergeValues(copyOf(base), copyOf(mine), copyOf(stored), { textOf: JSON.stringify })
  } catch (error) {
    if (error instanceof ValuesDoNotMerge) return undefined
    throw error
  }
}

/** A merge gives what one of the serial orders gives, or refuses. Returns how many were merged. */
export function checkSerialOrders(numRuns: number): number {
  let mergedCount = 0
  const property = fc.property(anyFields, anyEdits, anyEdits, (base, mineAll, theirsAll) => {
    const [mine, theirs] = [thatChange(base, mineAll), thatChange(base, theirsAll)]
    const result = merged(base, edited(base, mine), edited(base, theirs))
    if (result === undefined) return
    if (mine.length > 0 && theirs.length > 0) mergedCount += 1
    expect(serialOrders(base, mine, theirs)).toContain(sorted(result))
  })
  fc.assert(property, { numRuns })
  return mergedCount
}

/** Edits of different places, and pushes of different items to one list, are never refused. */
export function checkKeptEdits(numRuns: number): void {
  const property = fc.property(anyFields, anyEdits, anyEdits, (base, mineAll, theirsAll) => {
    const theirs = thatChange(base, theirsAll)
    const mine = thatChange(base, mineAll).filter((one) =>
      theirs.every((other) => !meet(one.path, other.path) || arePushes(one, other)),
    )
    const result = merged(base, edited(base, mine), edited(base, theirs))
    expect(sorted(result)).toBe(serialOrders(base, mine, theirs)[0])
  })
  fc.assert(property, { numRuns })
}

function arePushes(one: Edit, other: Edit): boolean {
  if (one.kind !== 'push' || other.kind !== 'push' || one.path.join() !== other.path.join()) {
    return false
  }
  return !one.items.some((item) => other.items.some((it) => sorted(it) === sorted(item)))
}
