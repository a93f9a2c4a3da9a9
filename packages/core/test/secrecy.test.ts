import { inspect } from 'node:util'
import { expect, it } from 'vitest'
import {
  MemoryStore,
  type Session,
  type SessionOptions,
  type SessionToStore,
} from '../src/index.ts'
import { InterceptedStore } from './support/intercepted-store.ts'
import { newSessions, secret } from './support/new-sessions.ts'
import { recordedEvents } from './support/recorded-events.ts'
import { Visitor } from './support/visitor.ts'

type Data = Record<string, unknown>
type Act = (session: Session<Data>) => unknown

const idBytes = (id: string) => Buffer.from(id, 'base64url')

/** A store that collects all ids, signatures, tokens and secrets, and all text that must not contain them. */
class Witness extends InterceptedStore {
  readonly credentials = new Set([secret])
  readonly codes = new Set<unknown>()
  seen = ''

  override create(key: string, session: SessionToStore): Promise<boolean> {
    this.see(key, session)
    return super.create(key, session)
  }

  override update(key: string, version: string, session: SessionToStore): Promise<boolean> {
    this.see(key, version, session)
    return super.update(key, version, session)
  }

  see(...things: readonly unknown[]): void {
    for (const thing of things) {
      this.seen += `${inspect(thing, { depth: null, showHidden: true })}\n${JSON.stringify(thing)}\n`
      if (thing instanceof Error) this.codes.add(Reflect.get(thing, 'code'))
    }
  }

  /** Collects an id, its secret part as hex, base64 and base64url, and the signature of a cookie. */
  noteId(session: Session<Data>, cookie = ''): void {
    const secretPart = idBytes(session.getId()).subarray(16)
    const [, signature] = cookie.split('.')
    this.credentials.add(session.getId())
    if (signature !== undefined) this.credentials.add(signature)
    for (const spelling of ['hex', 'base64', 'base64url'] as const) {
      this.credentials.add(secretPart.toString(spelling))
    }
  }
}

/** Requests of one visitor. They may fail; the witness collects the session and the error of each. */
function watched(witness: Witness, options: Partial<SessionOptions>) {
  const sessions = newSessions({ store: witness, onLost: 'throw', ...options })
  const visitor = new Visitor(sessions)
  const request = async (...acts: readonly Act[]) => {
    const session = await sessions.load(visitor.cookie).catch((error) => witness.see(error))
    if (!session) return
    witness.noteId(session, visitor.cookie)
    try {
      for (const act of acts) await act(session)
      visitor.take(await sessions.commit(session))
    } catch (error) {
      witness.see(error)
    }
    witness.noteId(session, visitor.cookie)
    witness.see(session, { session }, [session.key, session.createdAt, session.expiresAt])
  }
  return { sessions, visitor, request }
}

it('Nothing that is stored, published, thrown or shown has an id, a signature, a token or a secret', async () => {
  const witness = new Witness()
  const tokens: string[] = []
  const makeTokens: Act = (session) => {
    tokens.push(session.generateToken(), session.csrfToken())
    for (const token of tokens) witness.credentials.add(token)
  }
  const spend: Act = (session) => session.validateToken(tokens.at(-2))
  const events = await recordedEvents(async () => {
    const { sessions, visitor, request } = watched(witness, { maxPayloadBytes: 4_000 })
    const elsewhere = (act: Act) => () => visitor.clone().request(act)
    const put: Act = (session) => session.put('a', Math.random())
    await request(put, makeTokens)
    await request(spend, makeTokens)
    await request(elsewhere(put), put, spend)
    await request((session) => session.bindUser('user-1'), makeTokens)
    await request((session) => session.regenerateId(true))
    await request(
      elsewhere((session) => session.regenerateId()),
      put,
    )
    visitor.cookie = undefined
    await request(put)
    await request(
      elsewhere((session) => session.destroy()),
      put,
    )
    await request(put)
    visitor.cookie = undefined
    await request((session) => session.put('a', { at: new Date() }))
    await request((session) => session.put('a', 'x'.repeat(5_000)))
    await request(put)
    await request((session) => session.destroy(), put)
    await request((session) => session.destroy())
    await request(put)

    const whole = visitor.cookie ?? ''
    visitor.cookie = `${whole.slice(0, -1)}~; ${whole.slice(0, -2)}AA`
    await request()
    const other = new Visitor(sessions)
    await other.request(put)
    visitor.cookie = `${whole}; ${other.cookie}`
    await request()
    visitor.cookie = whole
    await sessions.gc()
    await failAll(witness, whole)
  })
  witness.see(events)

  const names = new Set(events.map(([name]) => name))
  expect([...names].sort()).toEqual([
    'committed',
    'conflict',
    'created',
    'destroyed',
    'gc',
    'loaded',
    'lost',
    'regenerated',
    'rejected',
    'store-error',
  ])
  expect([...witness.codes].sort()).toEqual([
    'ERR_SESSION_CONFLICT',
    'ERR_SESSION_ENDED',
    'ERR_SESSION_LOST',
    'ERR_SESSION_STORE',
    'ERR_SESSION_STORE_TIMEOUT',
    'ERR_SESSION_SUPERSEDED',
    'ERR_SESSION_TOO_LARGE',
    'ERR_SESSION_VALUE',
  ])
  expect(witness.credentials.size).toBeGreaterThan(50)
  for (const credential of witness.credentials) {
    expect(credential.length).toBeGreaterThan(31)
    expect(witness.seen.includes(credential), credential).toBe(false)
  }
})

/** Makes requests whose store call fails, whose store hangs, and whose new key is already taken. */
async function failAll(witness: Witness, cookie: string): Promise<void> {
  const put: Act = (session) => session.put('a', Math.random())
  const { visitor, request } = watched(witness, { storeTimeout: 1 })
  for (const [failed, act] of [
    ['read', put],
    ['create', (session) => session.regenerateId(true)],
    ['update', put],
    ['delete', (session) => session.destroy()],
  ] as const satisfies readonly (readonly [string, Act])[]) {
    visitor.cookie = cookie
    witness.before = (operation) => {
      if (operation === failed) throw new Error('the store is down')
    }
    await request(act)
  }
  witness.before = () => new Promise(() => {})
  await request(put)
  witness.before = () => {}
  const taken = new MemoryStore()
  taken.create = async () => false
  await watched(witness, { store: taken }).request(put)
}
