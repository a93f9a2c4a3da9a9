import { describe, expect, it } from 'vitest'
import { MemoryStore } from '../src/index.ts'
import { TestClock } from './support/test-clock.ts'

// The conformance suite tests what every store must do. These tests are about this store alone.
describe('MemoryStore', () => {
  const keyOf = (n: number) => String(n).padStart(32, '0')
  const session = { version: 'v'.repeat(22), payload: '', ttl: 60 }

  it('refuses a new session when it is full of live ones, and drops none', async () => {
    const store = new MemoryStore({ maxSessions: 3 })
    for (const n of [1, 2, 3]) expect(await store.create(keyOf(n), session)).toBe(true)
    await expect(store.create(keyOf(4), session)).rejects.toThrow('it holds 3 live sessions')
    expect(await store.create(keyOf(3), session)).toBe(false)
    expect(await store.update(keyOf(2), session.version, session)).toBe(true)
    for (const n of [1, 2, 3]) expect(await store.read(keyOf(n))).toBeDefined()
    await store.delete(keyOf(1))
    expect(await store.create(keyOf(4), session)).toBe(true)
  })

  it('removes expired sessions to make room', async () => {
    const time = new TestClock()
    const store = new MemoryStore({ maxSessions: 2, clock: time.clock })
    await store.create(keyOf(1), session)
    time.advance(30)
    await store.create(keyOf(2), session)
    time.advance(30)
    expect(await store.create(keyOf(3), session)).toBe(true)
    expect(await store.read(keyOf(2))).toBeDefined()
    await expect(store.create(keyOf(4), session)).rejects.toThrow('full')
  })

  it.each([0, -1, 1.5, Number.NaN])('throws at once for maxSessions %d', (maxSessions) => {
    expect(() => new MemoryStore({ maxSessions })).toThrow(RangeError)
  })
})
