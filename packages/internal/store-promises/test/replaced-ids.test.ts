import { describe, expect, it } from 'vitest'
import type { Circumstances } from '../src/circumstances.ts'
import { explorePairs } from './explore-pairs.ts'

const byLogin = { by: 'log in', isLongAgo: false } as const
const byRegenerateId = { by: 'regenerateId', isLongAgo: false } as const

/** The long tests explore all combinations of these. */
const situations: readonly { session: string; circumstances: Circumstances; atLeast: number }[] = [
  {
    session: 'was logged in to before one of them came',
    circumstances: { replaced: { ...byLogin, latecomers: 'first' } },
    atLeast: 3_800,
  },
  {
    session: 'was logged in to before both of them came',
    circumstances: { replaced: { ...byLogin, latecomers: 'all' } },
    atLeast: 1_400,
  },
  {
    session: 'is of a user whose id was regenerated before one of them came',
    circumstances: { isLoggedIn: true, replaced: { ...byRegenerateId, latecomers: 'first' } },
    atLeast: 3_600,
  },
  {
    session: 'was logged in to a minute before one of them came',
    circumstances: { replaced: { ...byLogin, isLongAgo: true, latecomers: 'first' } },
    atLeast: 2_500,
  },
]

describe('Two requests with an id that was replaced before they came keep every promise', () => {
  it.each(situations)('where the session $session', async ({ circumstances, atLeast }) => {
    const { schedules, arrivals } = await explorePairs(circumstances)
    expect(schedules).toBeGreaterThan(atLeast)
    expect(arrivals).toBeGreaterThan(schedules)
  })
})
