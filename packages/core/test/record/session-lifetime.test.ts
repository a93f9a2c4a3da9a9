import { beforeEach, describe, expect, it } from 'vitest'
import { MemoryStore, type SessionOptions } from '../../src/index.ts'
import { CountedStore } from '../support/counted-store.ts'
import { newSessions } from '../support/new-sessions.ts'
import { recordedEvents } from '../support/recorded-events.ts'
import { TestClock } from '../support/test-clock.ts'
import { Visitor } from '../support/visitor.ts'

const idle = 1_800
const absolute = 43_200

let time: TestClock
let store: CountedStore

beforeEach(() => {
  time = new TestClock()
  // The clock of the store stands still, so no record expires there. The session must end all the same.
  const frozen = time.clock()
  store = new CountedStore(new MemoryStore({ clock: () => frozen }))
})

async function newSession(options: Partial<SessionOptions> = {}) {
  const sessions = newSessions({ store, clock: time.clock, gcInterval: false, ...options })
  const visitor = new Visitor(sessions)
  await visitor.request((session) => session.put('mine', true))
  const isAlive = () => visitor.request((session) => session.has('mine'))
  return { sessions, visitor, isAlive }
}

describe('A session', () => {
  it('is alive one second before idleTimeout and has ended at idleTimeout', async () => {
    const { isAlive } = await newSession()
    time.advance(idle - 1)
    expect(await isAlive()).toBe(true)
    time.advance(idle - 1)
    expect(await isAlive()).toBe(true)
    time.advance(idle)
    expect(await isAlive()).toBe(false)
  })

  it('ends at absoluteTimeout though it is used all the time and gets new ids', async () => {
    const { visitor, isAlive } = await newSession()
    for (let used = 0; used < absolute - 600; used += 600) {
      time.advance(600)
      await visitor.request((session) => session.regenerateId(used % 1_200 === 0))
    }
    time.advance(599)
    expect(await isAlive()).toBe(true)
    time.advance(1)
    expect(await isAlive()).toBe(false)
  })

  it('never ends for its age when absoluteTimeout is false', async () => {
    const { isAlive } = await newSession({ absoluteTimeout: false })
    for (let hour = 0; hour < 100; hour += 1) {
      time.advance(idle - 1)
      expect(await isAlive()).toBe(true)
    }
  })

  it('is renewed by a request that changes nothing, once in a renewInterval', async () => {
    const { sessions, visitor, isAlive } = await newSession()
    const callsAfter = async (seconds: number) => {
      time.advance(seconds)
      store.reset()
      await isAlive()
      return store.calls
    }
    expect(await callsAfter(59)).toEqual(['read'])
    expect(await callsAfter(1)).toEqual(['read', 'update'])
    expect(await callsAfter(59)).toEqual(['read'])
    expect(await callsAfter(1)).toEqual(['read', 'update'])
    time.advance(60)
    store.reset()
    const session = await sessions.load(visitor.cookie)
    await sessions.commit(session)
    await sessions.commit(session)
    expect(store.calls).toEqual(['read', 'update'])
  })

  it('is published as expired when its time is over though the store still has it', async () => {
    const { isAlive } = await newSession()
    time.advance(idle)
    const events = await recordedEvents(isAlive)
    expect(events).toEqual([['rejected', { reason: 'expired', key: expect.any(String) }]])
  })

  it('asks the store to keep it a minute beyond its end', async () => {
    const ttls: number[] = []
    const update = store.update.bind(store)
    store.update = (key, version, session) => {
      ttls.push(session.ttl)
      return update(key, version, session)
    }
    const { isAlive } = await newSession({ idleTimeout: 1_000, absoluteTimeout: 1_500 })
    time.advance(900)
    await isAlive()
    expect(ttls).toEqual([660])
  })

  it('is lost, and nothing is stored, when its time ended before the commit', async () => {
    const { visitor, isAlive } = await newSession()
    const events = await recordedEvents(() =>
      visitor.request((session) => {
        session.put('late', true)
        time.advance(idle)
      }),
    )
    expect(events.map(([name]) => name)).toContain('lost')
    expect(store.calls).not.toContain('update')
    expect(await isAlive()).toBe(false)
  })

  it('is stored when another request renewed it while this one took long', async () => {
    const { visitor } = await newSession()
    await visitor.request(async (session) => {
      time.advance(idle - 1)
      await visitor.clone().request((other) => other.put('theirs', 1))
      time.advance(10)
      session.put('late', 1)
    })
    expect(await visitor.request((session) => session.getData())).toEqual({
      mine: true,
      theirs: 1,
      late: 1,
    })
  })
})

describe('A clock that was set back', () => {
  it('neither ends a session early nor keeps it beyond absoluteTimeout', async () => {
    const { visitor, isAlive } = await newSession()
    time.advance(-3_600)
    store.reset()
    expect(await isAlive()).toBe(true)
    expect(store.calls).toEqual(['read', 'update']) // The corrected times are stored.
    const createdAt = await visitor.request((session) => session.createdAt.getTime())
    expect(createdAt).toBe(time.clock())
    for (let used = 0; used < absolute - 600; used += 600) {
      time.advance(600)
      expect(await isAlive()).toBe(true)
    }
    time.advance(600)
    expect(await isAlive()).toBe(false)
  })

  it('does not prolong the grace of a replaced id', async () => {
    const { visitor, isAlive } = await newSession()
    const old = visitor.clone()
    await visitor.request((session) => session.regenerateId())
    time.advance(-3_600)
    await isAlive()
    time.advance(30)
    await old.request((session) => session.put('new', 1))
    expect(await old.data()).toEqual({ new: 1 })
  })
})
