import { describe, expect, it } from 'vitest'
import { explorePairs } from './explore-pairs.ts'

const bySignIn = { by: 'log in', isLongAgo: false } as const
const byRegenerateId = { by: 'regenerateId', isLongAgo: false } as const

describe('Two requests of one session keep every promise in every order of their store calls', () => {
  it.each([
    { session: 'of nobody', circumstances: {}, atLeast: 2_800 },
    { session: 'of a user', circumstances: { isLoggedIn: true }, atLeast: 3_300 },
    { session: 'that holds one value', circumstances: { isNearlyEmpty: true }, atLeast: 2_700 },
    {
      session: 'that was logged in to before one of them came',
      circumstances: { replaced: { ...bySignIn, latecomers: 'first' } },
      atLeast: 3_800,
    },
    {
      session: 'that was logged in to before both of them came',
      circumstances: { replaced: { ...bySignIn, latecomers: 'all' } },
      atLeast: 1_400,
    },
    {
      session: 'of a user whose id was regenerated before one of them came',
      circumstances: { isLoggedIn: true, replaced: { ...byRegenerateId, latecomers: 'first' } },
      atLeast: 3_600,
    },
    {
      session: 'of a user whose id was regenerated before both of them came',
      circumstances: { isLoggedIn: true, replaced: { ...byRegenerateId, latecomers: 'all' } },
      atLeast: 1_300,
    },
    {
      session: 'that was logged in to a minute before one of them came',
      circumstances: { replaced: { ...bySignIn, isLongAgo: true, latecomers: 'first' } },
      atLeast: 2_600,
    },
  ] as const)('over a session $session', async ({ circumstances, atLeast }) => {
    const { schedules, arrivals } = await explorePairs(circumstances)
    expect(schedules).toBeGreaterThan(atLeast)
    expect(arrivals).toBeGreaterThan(schedules)
  })
})
