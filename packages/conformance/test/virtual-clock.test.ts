import { describe, expect, it } from 'vitest'
import { virtualClock } from '../src/subject/virtual-clock.ts'

describe('virtualClock', () => {
  it('changes its time only by advance, by whole milliseconds', () => {
    const clock = virtualClock()
    const start = clock.now()
    expect(Math.abs(start - Date.now())).toBeLessThan(60_000)
    clock.advance(0.1)
    clock.advance(2)
    expect(clock.now()).toBe(start + 2_100)
  })
})
