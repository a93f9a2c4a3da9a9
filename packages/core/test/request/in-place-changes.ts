import fc from 'fast-check'
import { expect } from 'vitest'
import { SessionError } from '../../src/session-error.ts'
import {
  anyEdits,
  anyFields,
  carryOut,
  copyOf,
  type Edit,
  edited,
  type Fields,
  serialOrders,
  sorted,
  thatChange,
} from '../values/merged-edits.ts'
import { World } from './world.ts'

const scenarios = fc.record({
  /** What the request loads, unless nothing is stored. */
  value: anyFields,
  isStored: fc.boolean(),
  mine: anyEdits,
  theirs: fc.oneof(
    { weight: 5, arbitrary: anyEdits },
    { weight: 1, arbitrary: fc.constant('removed' as const) },
  ),
  /** Whether the request commits with its hand, or looks at its data, between its edits. */
  pauses: fc.array(fc.constantFrom('none', 'commit', 'copy', 'put'), {
    minLength: 3,
    maxLength: 3,
  }),
})

/** One request changes a value in place, or the default, while another one changes or removes it. */
export function checkInPlaceChanges(numRuns: number): void {
  const property = fc.property(scenarios, ({ value, isStored, mine, theirs, pauses }) => {
    const world = new World(isStored ? { cart: value } : {})
    const request = world.request()
    const given = request.data.get('cart', value) as Fields
    changeMeanwhile(world, value, theirs)
    const before = world.get('cart') as Fields | undefined
    const made = { mine: thatChange(value, mine), theirs: editsOf(value, theirs) }
    try {
      for (const [index, edit] of made.mine.entries()) {
        carryOut(given, edit)
        pause(request, given, pauses[index] ?? 'none')
      }
      request.commit()
    } catch (error) {
      expectConflict(error)
      expect(made.mine.length > 0 && changed(isStored ? value : undefined, before)).toBe(true)
      return
    }
    const result = world.get('cart')
    if (made.mine.length === 0) expect(result).toEqual(before)
    else if (before === undefined) {
      expect(isStored).toBe(false) // What was removed meanwhile would have been a conflict.
      expect(sorted(result)).toBe(sorted(edited(value, made.mine)))
    } else expect(serialOrders(value, made.mine, made.theirs)).toContain(sorted(result))
    if (result !== undefined) {
      expect(request.data.get('cart', null)).toBe(given)
      expect(given).toEqual(result)
    }
  })
  fc.assert(property, { numRuns })
}

function editsOf(value: Fields, theirs: readonly Edit[] | 'removed'): Edit[] {
  return theirs === 'removed' ? [] : thatChange(value, theirs)
}

function changeMeanwhile(world: World, value: Fields, theirs: readonly Edit[] | 'removed'): void {
  const other = world.request()
  const edits = editsOf(value, theirs)
  if (theirs === 'removed') other.data.remove('cart')
  else if (edits.length > 0) other.data.put('cart', edited(copyOf(value), edits))
  other.commit()
}

function pause(request: ReturnType<World['request']>, given: Fields, kind: string): void {
  if (kind === 'commit') request.commit()
  if (kind === 'copy') request.data.copy()
  if (kind === 'put') request.data.put('cart', given)
}

function changed(before: unknown, after: unknown): boolean {
  return before === undefined ? after !== undefined : sorted(before) !== sorted(after ?? null)
}

function expectConflict(error: unknown): void {
  if (!(error instanceof SessionError)) throw error
  expect(error.code).toBe('ERR_SESSION_CONFLICT')
}
