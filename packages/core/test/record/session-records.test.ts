import { beforeEach, describe, expect, it } from 'vitest'
import { MemoryStore, type SessionManager } from '../../src/index.ts'
import { createVersion } from '../../src/record/create-version.ts'
import { newSessions } from '../support/new-sessions.ts'
import { visitedPage } from '../support/request-of.ts'
import { Visitor } from '../support/visitor.ts'

let store: MemoryStore
let sessions: SessionManager
let visitor: Visitor<Record<string, unknown>>
let key: string
let payload: string

beforeEach(async () => {
  store = new MemoryStore()
  sessions = newSessions({ store })
  visitor = new Visitor(sessions)
  key = await visitor.request((session) => {
    session.put('cart', ['apple'])
    session.flash('notice', 'Saved')
    session.generateToken()
    return session.key
  })
  payload = (await store.read(key))?.payload ?? ''
})

/** Reads the whole session. Resolves `new` (the record gave no session), `read`, or the code of the error. */
async function outcomeOf(damaged: string): Promise<string> {
  const before = await store.read(key)
  const version = createVersion()
  await store.update(key, before?.version ?? '', { version, payload: damaged, ttl: 100 })
  const session = await sessions.load(visitor.cookie, { request: visitedPage })
  if (session.isNew) {
    await sessions.commit(session)
    expect(await store.read(key)).toEqual({ version, payload: damaged })
    return 'new'
  }
  try {
    session.getData()
    session.get('cart')
    session.hasFlash('notice')
    await sessions.commit(session)
    return 'read'
  } catch (error) {
    return String(Reflect.get(Object(error), 'code'))
  }
}

/** A damaged record may give a session, a new session, or an error about a value; nothing else. */
async function expectNoHarm(damaged: string): Promise<string> {
  const outcome = await outcomeOf(damaged)
  expect(['new', 'read', 'ERR_SESSION_VALUE'], damaged.slice(0, 400)).toContain(outcome)
  return outcome
}

describe('A stored record that was damaged', () => {
  it('does no harm, whichever bit of it was flipped', async () => {
    const outcomes = new Map<string, number>()
    for (let index = 0; index < payload.length; index += 1) {
      for (let bit = 0; bit < 8; bit += 1) {
        const flipped = String.fromCharCode(payload.charCodeAt(index) ^ (1 << bit))
        const damaged = payload.slice(0, index) + flipped + payload.slice(index + 1)
        const outcome = await expectNoHarm(damaged)
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
      }
    }
    expect(outcomes.get('new')).toBeGreaterThan(payload.length)
    expect([...outcomes.keys()].sort()).toEqual(['ERR_SESSION_VALUE', 'new', 'read'])
  })

  it('does no harm, wherever it was cut off', async () => {
    for (let length = 0; length < payload.length; length += 1) {
      await expectNoHarm(payload.slice(0, length))
    }
    expect(await expectNoHarm(payload)).toBe('read')
  })

  it('does no harm with random bytes in the place of all of it, or of a value', async () => {
    for (let round = 0; round < 1_000; round += 1) {
      const bytes = crypto.getRandomValues(new Uint8Array(round % 300))
      const random = Buffer.from(bytes).toString(round % 2 === 0 ? 'latin1' : 'utf8')
      expect(await expectNoHarm(random)).toBe('new')
      await expectNoHarm(payload.replace('["apple"]', () => random))
    }
  })

  it('does no harm with JSON that is nested 100 000 deep', async () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000)
    expect(await expectNoHarm(deep)).toBe('new')
    expect(await expectNoHarm(payload.replace('["apple"]', deep))).toBe('ERR_SESSION_VALUE')
    expect(await expectNoHarm(payload.replace('"format":1', `"format":${deep}`))).toBe('new')
  })
})
