import { describe, expect, it } from 'vitest'
import type { ActName } from '../src/request-acts.ts'
import { explorePairs } from './explore-pairs.ts'

/** The long tests explore all pairs of acts. */
const acts: readonly ActName[] = [
  'put',
  'update',
  'validateToken',
  'regenerateId and put',
  'regenerateId(true)',
  'log in',
  'destroy',
  'renewal',
]

describe('Two requests whose first write is sent again because its reply was lost', () => {
  it('keep every promise in every order of their store calls', async () => {
    const { schedules } = await explorePairs({ isResending: true }, acts)
    expect(schedules).toBeGreaterThan(4_000)
  })
})
