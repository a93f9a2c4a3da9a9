import { randomBytes } from 'node:crypto'
import { inspect } from 'node:util'
import { expect, it } from 'vitest'
import {
  MemoryStore,
  type Session,
  type SessionOptions,
  type SessionToStore,
} from '../src/index.ts'
import { sessionMiddleware } from '../src/node.ts'
import { Browser } from './support/browser.ts'
import { InterceptedStore } from './support/intercepted-store.ts'
import { listen } from './support/local-server.ts'
import { newSessions, secret } from './support/new-sessions.ts'
import { printedText } from './support/printed-text.ts'
import { recordedEvents } from './support/recorded-events.ts'
import { Visitor } from './support/visitor.ts'

type Data = Record<string, unknown>
type Act = (session: Session<Data>) => unknown

const idBytes = (id: string) => Buffer.from(id, 'base64url')

const allOf = (thing: unknown) =>
  `${inspect(thing, { depth: null, showHidden: true })}\n${JSON.stringify(thing)}\n`

/**
 * A store that collects all ids, signatures, tokens and secrets, all values of sessions, and all text that
 * must not contain them. What is stored contains the values.
 */
class Witness extends InterceptedStore {
  readonly credentials = new Set([secret])
  readonly values = new Set<string>()
  readonly codes = new Set<unknown>()
  stored = ''
  shown = ''
  /** The record of the last write, and its key. */
  sent = { key: '', payload: '', version: '', userKey: '' }

  override create(key: string, session: SessionToStore): Promise<boolean> {
    this.#send(key, session)
    return super.create(key, session)
  }

  override update(key: string, version: string, session: SessionToStore): Promise<boolean> {
    this.#send(key, session)
    return super.update(key, version, session)
  }

  #send(key: string, session: SessionToStore): void {
    this.stored += allOf([key, session])
    this.sent = { key, userKey: '', ...session }
  }

  see(...things: readonly unknown[]): void {
    for (const thing of things) {
      this.shown += allOf(thing)
      if (thing instanceof Error) this.codes.add(Reflect.get(thing, 'code'))
    }
  }

  /** A value for a session that occurs nowhere else. */
  value(): string {
    const value = `a value, ${randomBytes(18).toString('base64url')}`
    this.values.add(value.slice(9))
    return value
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
function watched(witness: Witness, options: Partial<SessionOptions>, cookie?: string) {
  const sessions = newSessions({ store: witness, onLost: 'throw', ...options })
  const visitor = new Visitor(sessions, cookie)
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

it('Nothing that is published, thrown, printed or shown has an id, a token, a secret or a value', async () => {
  const witness = new Witness()
  const tokens: string[] = []
  const makeTokens: Act = (session) => {
    tokens.push(session.generateToken(), session.csrfToken())
    for (const token of tokens) witness.credentials.add(token)
  }
  const spend: Act = (session) => session.validateToken(tokens.at(-2))
  const put: Act = (session) => {
    session.put('a', witness.value())
    session.put('profile', { email: witness.value(), list: [{ of: witness.value() }] })
    session.flash('notice', witness.value())
  }
  let events: Awaited<ReturnType<typeof recordedEvents>> = []
  const work = async () => {
    const { sessions, visitor, request } = watched(witness, { maxPayloadBytes: 4_000 })
    const elsewhere = (act: Act) => () => visitor.clone().request(act)
    await request(put, makeTokens)
    await request(spend, makeTokens)
    await request(elsewhere(put), put, spend)
    await request((session) => session.bindUser(witness.value()), makeTokens)
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
    await request((session) => session.put('a', { text: witness.value(), at: new Date() }))
    await request((session) => session.put('a', witness.value().repeat(200)))
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
    await failAll(witness, whole, put)
    await refuseAll(witness, put)
    await serve(witness, put)
  }
  const printed = await printedText(async () => {
    events = await recordedEvents(work)
  })
  witness.see(events)
  witness.shown += printed

  const names = new Set(events.map(([name]) => name))
  expect([...names].sort()).toEqual([
    'committed',
    'conflict',
    'created',
    'destroyed',
    'gc',
    'loaded',
    'lost',
    'overwritten',
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
  expect(printed).toContain('MakoSessionWarning')
  expect(witness.credentials.size).toBeGreaterThan(50)
  for (const credential of witness.credentials) {
    expect(credential.length).toBeGreaterThan(31)
    expect(witness.stored.includes(credential), credential).toBe(false)
    expect(witness.shown.includes(credential), credential).toBe(false)
  }
  expect(witness.values.size).toBeGreaterThan(100)
  let stored = 0
  for (const value of witness.values) {
    if (witness.stored.includes(value)) stored += 1
    for (const part of value.match(/.{8}/g) ?? []) {
      expect(witness.shown.includes(part), value).toBe(false)
    }
  }
  expect(stored).toBeGreaterThan(50)
})

/** Makes requests whose store call fails, whose store hangs, and whose new key is already taken. */
async function failAll(witness: Witness, cookie: string, put: Act): Promise<void> {
  const { visitor, request } = watched(witness, { storeTimeout: 1 })
  for (const [failed, act] of [
    ['read', put],
    ['create', (session) => session.regenerateId(true)],
    ['create', put],
    ['update', put],
    ['delete', (session) => session.destroy()],
  ] as const satisfies readonly (readonly [string, Act])[]) {
    for (let index = 0; index < driverErrors(witness.sent).length; index += 1) {
      visitor.cookie = failed === 'create' && act === put ? undefined : cookie
      witness.before = (operation) => {
        if (operation !== failed) return
        const { key } = witness.sent
        const isWrite = failed === 'create' || failed === 'update'
        const sent = isWrite ? witness.sent : { key, payload: key, version: '', userKey: '' }
        throw driverErrors(sent)[index]
      }
      await request(act)
    }
  }
  witness.before = () => new Promise(() => {})
  visitor.cookie = cookie
  await request(put)
  witness.before = () => {}
  const taken = new MemoryStore()
  taken.create = async () => false
  await watched(witness, { store: taken }).request(put)
}

/** What drivers throw when they could not send or store a record. */
function driverErrors({ key, payload, version, userKey }: Witness['sent']): unknown[] {
  const quoted = `ERR unknown command 'x', with args beginning with: '${key}' '${version} ${payload}'`
  const [line = ''] = payload.split('\n').slice(1)
  const of = (message: string, properties: object) => Object.assign(new Error(message), properties)
  return [
    new Error('the store is down'),
    of(quoted, { name: 'ReplyError', command: { name: 'set', args: [key, payload, userKey] } }),
    of(`Duplicate entry '${line}' for key 'PRIMARY'`, {
      code: 'ER_DUP_ENTRY',
      sql: `INSERT '${payload}'`,
      sqlMessage: `Duplicate entry '${line}'`,
    }),
    of(`near "${JSON.stringify(line).slice(5)}"`, { detail: line, parameters: [payload] }),
    new AggregateError([of(line, { query: payload })], payload, { cause: of(line, { payload }) }),
    payload,
    { message: line, payload },
  ]
}

/** Makes requests with values that a serializer refuses and quotes, and cannot read again. */
async function refuseAll(witness: Witness, put: Act): Promise<void> {
  const quote = (text: unknown) => {
    const error = new Error(`cannot keep ${JSON.stringify(text)}`)
    throw Object.assign(error, { value: text })
  }
  const store = new MemoryStore()
  const serializer = { stringify: quote, parse: quote }
  await watched(witness, { store, serializer }).request(put)
  const { visitor, request } = watched(witness, { store })
  await request(put)
  await watched(witness, { store, serializer }, visitor.cookie).request((it) => it.get('a'))
}

/** Serves requests over plain HTTP, with a store that fails now and then. */
async function serve(witness: Witness, put: Act): Promise<void> {
  const sessions = newSessions({ store: witness })
  const middleware = sessionMiddleware(sessions)
  const server = await listen(async (request, response) => {
    await middleware(request, response, async (error) => {
      if (error) {
        witness.see(error)
        return void response.end()
      }
      await put(sessions.of(request))
      witness.see(sessions.of(request))
      response.end()
    })
  })
  const browser = new Browser(server)
  const visit = async () => {
    const answer = await browser.request('/', { headers: { host: 'shop.example' } })
    witness.see(answer.body)
    for (const [, value = ''] of browser.cookies) {
      for (const part of value.split('.')) witness.credentials.add(part)
    }
    return answer.status
  }
  expect(await visit()).toBe(200)
  expect(await visit()).toBe(200)
  witness.before = (operation) => {
    if (operation === 'update') throw driverErrors(witness.sent)[1]
  }
  expect(await visit()).toBe(503)
  witness.before = () => {}
}
