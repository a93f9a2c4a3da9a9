import { describe, expect, it } from 'vitest'
import { formatAge, formatDuration } from '../src/duration.ts'

describe('formatDuration', () => {
  it.each([
    [-3, '0 seconds'],
    [1.9, '1 second'],
    [59, '59 seconds'],
    [60, '1 minute'],
    [1_799, '29 minutes 59 seconds'],
    [43_199, '11 hours 59 minutes'],
    [43_200, '12 hours'],
    [90_000, '1 day 1 hour'],
  ])('writes %d seconds in words', (seconds, words) => {
    expect(formatDuration(seconds)).toBe(words)
  })
})

describe('formatAge', () => {
  it('tells how long ago something was', () => {
    const now = Date.now()
    expect(formatAge(now, now)).toBe('just now')
    expect(formatAge(now - 120_500, now)).toBe('2 minutes ago')
  })
})
