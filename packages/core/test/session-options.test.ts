import { describe, expect, it } from 'vitest'
import { MemoryStore, type SessionOptions } from '../src/index.ts'
import { CountedStore } from './support/counted-store.ts'
import { newSessions } from './support/new-sessions.ts'
import { TestClock } from './support/test-clock.ts'
import { Visitor } from './support/visitor.ts'

const [hour, day] = [3_600, 86_400]

/** Seconds that a session lives without use and without end of use. */
async function lifeOf(options: Partial<SessionOptions>) {
  const time = new TestClock()
  const visitor = new Visitor(newSessions({ clock: time.clock, ...options }))
  const { createdAt, expiresAt } = await visitor.request((session) => {
    session.put('a', 1)
    return session
  })
  return (expiresAt.getTime() - createdAt.getTime()) / 1_000
}

describe('Times of a session that cut each other short', () => {
  it.each<[string, Partial<SessionOptions>, string]>([
    [
      'a week of idleness',
      { idleTimeout: 7 * day },
      'idleTimeout must not be longer than absoluteTimeout: 7 days (604800 s) are more than 12 hours (43200 s), after which each session ends even if it is in use. Raise absoluteTimeout to 604800 or more, or set it to false; or lower idleTimeout to 43200 or less. Both count seconds.',
    ],
    [
      'an idleTimeout above the absoluteTimeout that is set',
      { idleTimeout: 90, absoluteTimeout: 60 },
      '90 seconds (90 s) are more than 1 minute (60 s)',
    ],
    [
      'a month of cookie',
      { cookie: { maxAge: 30 * day } },
      'cookie.maxAge must not be longer than absoluteTimeout: 30 days (2592000 s) are more than 12 hours (43200 s)',
    ],
    [
      'a cookie a second longer than the absoluteTimeout that is set',
      { absoluteTimeout: day, cookie: { maxAge: day + 1 } },
      '86401 seconds (86401 s) are more than 1 day (86400 s)',
    ],
  ])('throw at construction: %s', (_, options, words) => {
    const construct = () => newSessions(options)
    expect(construct).toThrow(RangeError)
    expect(construct).toThrow(words)
  })

  it.each<[string, Partial<SessionOptions>, number]>([
    ['the defaults', {}, 1_800],
    ['an idleTimeout as long as the absoluteTimeout', { idleTimeout: 12 * hour }, 12 * hour],
    ['an absoluteTimeout below the default of idleTimeout', { absoluteTimeout: 600 }, 600],
    ['a second', { absoluteTimeout: 1 }, 1],
    ['both raised', { idleTimeout: 7 * day, absoluteTimeout: 30 * day }, 7 * day],
    ['no absoluteTimeout', { idleTimeout: 7 * day, absoluteTimeout: false }, 7 * day],
    ['no absoluteTimeout, and the default of idleTimeout', { absoluteTimeout: false }, 1_800],
    ['a cookie that outlives idleTimeout', { cookie: { maxAge: 12 * hour } }, 1_800],
    [
      'a cookie of a year without absoluteTimeout',
      { absoluteTimeout: false, cookie: { maxAge: 365 * day } },
      1_800,
    ],
  ])('are accepted where they fit: %s', async (_, options, idle) => {
    expect(await lifeOf(options)).toBe(idle)
  })

  it('renew a session after a tenth of the idleTimeout that absoluteTimeout leaves', async () => {
    const time = new TestClock()
    const store = new CountedStore(new MemoryStore({ clock: time.clock }))
    const visitor = new Visitor(newSessions({ store, clock: time.clock, absoluteTimeout: 100 }))
    await visitor.request((session) => session.put('a', 1))
    time.advance(9)
    await visitor.data()
    expect(store.calls).toEqual(['create', 'read'])
    time.advance(1)
    await visitor.data()
    expect(store.calls).toEqual(['create', 'read', 'read', 'update'])
  })
})

it.each([
  ['AAL1', { idleTimeout: 2_592_000, absoluteTimeout: 2_592_000 }],
  ['AAL2', { idleTimeout: 3_600, absoluteTimeout: 86_400 }],
  ['AAL3', { idleTimeout: 900 }],
])('The options that the README gives for %s are accepted', async (_, options) => {
  expect(await lifeOf(options)).toBe(options.idleTimeout)
})
