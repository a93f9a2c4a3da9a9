import { describe, expect, it } from 'vitest'
import { strictJson } from '../../src/values/strict-json.ts'
import { checkInPlaceChanges } from './in-place-changes.ts'
import { World } from './world.ts'

/** Strict JSON that counts its calls. */
function countedJson() {
  const calls = { stringify: 0, parse: 0 }
  const serializer = {
    stringify(value: unknown) {
      calls.stringify += 1
      return strictJson.stringify(value)
    },
    parse(text: string) {
      calls.parse += 1
      return strictJson.parse(text)
    },
  }
  return { calls, serializer }
}

describe('DataJournal', () => {
  it('keeps a random change in place as one request after the other would, or refuses it', () => {
    checkInPlaceChanges(300)
  })

  it('costs a few calls of the serializer and of the function for each of 40 000 updates of one key', () => {
    const { calls, serializer } = countedJson()
    const world = new World({ n: 0 }, serializer)
    const request = world.request()
    let runs = 0
    const add = (n: unknown) => {
      runs += 1
      return (n as number) + 1
    }
    for (let index = 0; index < 40_000; index += 1) request.data.update('n', add, 0)
    expect(runs).toBe(40_000)
    const other = world.request()
    other.data.update('n', add, 0)
    other.commit()
    request.commit()
    expect(world.get('n')).toBe(40_001)
    expect(runs).toBe(80_001)
    expect(calls.stringify).toBeLessThan(4 * 40_000)
    expect(calls.parse).toBeLessThan(4 * 40_000)
  })

  it('costs a few calls of the serializer for each change in place and update of a key', () => {
    const { calls, serializer } = countedJson()
    const rounds = 2_000
    const world = new World({ counts: { mine: 0, updated: 0 } }, serializer)
    const request = world.request()
    const counts = request.data.get('counts', {}) as Record<string, number>
    for (let index = 0; index < rounds; index += 1) {
      counts.mine = (counts.mine ?? 0) + 1
      request.data.copy()
      counts.mine += 1
      request.data.update('counts', (it) => ({ ...(it as object), updated: index }), {})
    }
    const other = world.request()
    other.data.update('counts', (it) => ({ ...(it as object), theirs: 1 }), {})
    other.commit()
    request.commit()
    expect(world.get('counts')).toEqual({ mine: 2 * rounds, updated: rounds - 1, theirs: 1 })
    expect(counts).toEqual(world.get('counts'))
    expect(calls.stringify).toBeLessThan(20 * rounds)
    expect(calls.parse).toBeLessThan(20 * rounds)
  })

  it('costs one call for an object that was looked at only, and none for what was not', () => {
    const { calls, serializer } = countedJson()
    const world = new World({ seen: { a: [1] }, unseen: { b: [2] } }, serializer)
    calls.stringify = 0
    const request = world.request()
    request.data.get('seen', null)
    request.data.get('seen', null)
    request.data.has('unseen')
    request.commit()
    expect(calls).toEqual({ stringify: 1, parse: 1 })
  })
})
