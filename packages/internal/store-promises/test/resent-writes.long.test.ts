import { describe, expect, it } from 'vitest'
import { explorePairs } from './explore-pairs.ts'

describe('Two requests whose first write is sent again because its reply was lost', () => {
  it.each([
    { session: 'of nobody', circumstances: { isResending: true } },
    { session: 'of a user', circumstances: { isResending: true, isLoggedIn: true } },
    { session: 'with one value', circumstances: { isResending: true, isNearlyEmpty: true } },
  ])('keep every promise in every order, over a session $session', async ({ circumstances }) => {
    const { schedules } = await explorePairs(circumstances)
    expect(schedules).toBeGreaterThan(30_000)
  })
})
