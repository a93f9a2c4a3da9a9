import { describe, expect, it } from 'vitest'
import { checkKeptEdits, checkSerialOrders } from './merged-edits.ts'

describe('mergeValues, in 10 000 random pairs of changes', () => {
  it('gives what one change after the other gives, or refuses', () => {
    expect(checkSerialOrders(10_000)).toBeGreaterThan(2_000)
  })

  it('keeps changes of different places, and pushes of different items to one list', () => {
    checkKeptEdits(10_000)
  })
})
