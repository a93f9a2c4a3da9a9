import { describe, expect, it } from 'vitest'
import { explorePairs } from './explore-pairs.ts'

describe('Two requests of one session keep every promise in every order of their store calls', () => {
  it.each([
    { session: 'of nobody', circumstances: {} },
    { session: 'of a user', circumstances: { isLoggedIn: true } },
    { session: 'that holds one value', circumstances: { isNearlyEmpty: true } },
  ])('over a session $session', async ({ circumstances }) => {
    const { schedules, arrivals } = await explorePairs(circumstances)
    expect(schedules).toBeGreaterThan(2_700)
    expect(arrivals).toBeGreaterThan(schedules)
  })
})
