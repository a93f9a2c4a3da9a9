import { MemoryStore, type SessionManager } from '../../src/index.ts'
import { newSessions } from './new-sessions.ts'
import { TestClock } from './test-clock.ts'
import { Visitor } from './visitor.ts'

/** A visitor with an apple in the cart, and the clock, store and manager of the session. */
export async function newShoppingVisitor(): Promise<{
  readonly time: TestClock
  readonly store: MemoryStore
  readonly sessions: SessionManager
  readonly visitor: Visitor<Record<string, unknown>>
}> {
  const time = new TestClock()
  const store = new MemoryStore({ clock: time.clock })
  const sessions = newSessions({ store, clock: time.clock })
  const visitor = new Visitor(sessions)
  await visitor.request((session) => session.put('cart', ['apple']))
  return { time, store, sessions, visitor }
}
