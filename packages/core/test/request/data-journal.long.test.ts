import { describe, it } from 'vitest'
import { checkInPlaceChanges } from './in-place-changes.ts'

describe('DataJournal, in 10 000 random pairs of requests', () => {
  it('keeps a change in place as one request after the other would, or refuses it', () => {
    checkInPlaceChanges(10_000)
  })
})
