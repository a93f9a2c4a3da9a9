import { describe, expect, it } from 'vitest'
import type { Session } from '../../src/index.ts'
import { newSessions } from '../support/new-sessions.ts'
import { recordedEvents } from '../support/recorded-events.ts'
import { Visitor } from '../support/visitor.ts'

interface Data {
  name: string
  list: number[]
}

const failed = { status: 500 }

async function visited() {
  const sessions = newSessions<Data>()
  const visitor = new Visitor(sessions)
  await visitor.request((session) => {
    session.put('name', 'ann')
    session.put('list', [1])
    session.flash('notice', 'Saved')
  })
  return { sessions, visitor }
}

describe('The event dropped', () => {
  it.each<[string, (session: Session<Data>) => unknown]>([
    ['put a value', (session) => session.put('name', 'bob')],
    ['changed a value in place', (session) => session.get('list')?.push(2)],
    ['put into a value what cannot be stored', (session) => session.get('list')?.push(Number.NaN)],
    ['updated a value', (session) => session.update('name', (name) => `${name}!`, '')],
    ['cleared the session', (session) => session.clear()],
    ['asked for a new id', (session) => session.regenerateId()],
    ['went on under a new key', (session) => session.regenerateId(true)],
    ['flashed a value', (session) => session.flash('notice', 'Failed')],
    ['removed a flash value', (session) => session.removeFlash('notice')],
    ['made a token', (session) => session.generateToken()],
    ['signed in', (session) => session.bindUser('ann')],
  ])('is published for a failed request that %s', async (_, change) => {
    const { sessions, visitor } = await visited()
    const session = await sessions.load(visitor.cookie)
    const { key } = session
    change(session)
    const events = await recordedEvents(async () => sessions.end(session, failed))
    expect(events).toEqual([['dropped', { key, reason: 'status' }]])
    const next = await sessions.load(visitor.cookie)
    expect([next.key, next.userId, next.getData(), next.flashes()]).toEqual([
      key,
      undefined,
      { name: 'ann', list: [1] },
      { notice: 'Saved' },
    ])
  })

  it('is true: no later commit stores what was dropped', async () => {
    const { sessions, visitor } = await visited()
    const session = await sessions.load(visitor.cookie)
    session.put('name', 'bob')
    session.regenerateId()
    await sessions.end(session, failed)
    expect(await sessions.commit(session)).toBeUndefined()
    expect(await visitor.request((it) => it.get('name'))).toBe('ann')
  })

  it('is published for the first request of a visitor', async () => {
    const { sessions } = await visited()
    const session = await sessions.load(undefined)
    session.put('name', 'bob')
    const events = await recordedEvents(async () => sessions.end(session, failed))
    expect(events).toEqual([['dropped', { key: session.key, reason: 'status' }]])
  })

  it.each<[string, (session: Session<Data>) => unknown]>([
    ['only read', (session) => [session.getData(), session.get('list'), session.flashes()]],
    ['put the value that was there', (session) => session.put('name', 'ann')],
    ['flashed nothing again', (session) => session.reflash([])],
  ])('is not published for a failed request that %s', async (_, act) => {
    const { sessions, visitor } = await visited()
    const session = await sessions.load(visitor.cookie)
    act(session)
    expect(await recordedEvents(async () => sessions.end(session, failed))).toEqual([])
  })

  it('is not published where the changes were committed before, or the session destroyed', async () => {
    const { sessions, visitor } = await visited()
    const session = await sessions.load(visitor.cookie)
    session.put('name', 'bob')
    await sessions.commit(session)
    expect(await recordedEvents(async () => sessions.end(session, failed))).toEqual([])
    const next = await sessions.load(visitor.cookie)
    next.put('name', 'cid')
    const underWay = sessions.commit(next)
    expect(await recordedEvents(async () => sessions.end(next, failed))).toEqual([
      ['committed', { key: session.key }],
    ])
    await underWay
    expect(await visitor.data()).toEqual({ name: 'cid', list: [1] })
    const last = await sessions.load(visitor.cookie)
    last.put('name', 'eve')
    last.destroy()
    const events = await recordedEvents(async () => sessions.end(last, failed))
    expect(events).toEqual([['destroyed', { key: session.key }]])
  })
})
