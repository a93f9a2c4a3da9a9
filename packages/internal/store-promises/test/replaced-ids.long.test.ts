import { describe, expect, it } from 'vitest'
import { explorePairs } from './explore-pairs.ts'

const circumstances = [false, true].flatMap((isLoggedIn) =>
  (['log in', 'regenerateId'] as const).flatMap((by) =>
    [false, true].flatMap((isLongAgo) =>
      (['first', 'all'] as const).map((latecomers) => ({
        isLoggedIn,
        replaced: { by, isLongAgo, latecomers },
      })),
    ),
  ),
)

describe('Two requests, with an id that was replaced before they came', () => {
  it.each(circumstances)('keep every promise in every order: %j', async (each) => {
    const { schedules } = await explorePairs(each)
    expect(schedules).toBeGreaterThan(800)
  })
})
