import type { Session, SessionManager, Store } from '@mako-session/core'
import { expect } from 'vitest'
import {
  interleavedSessions,
  type RequestOrder,
  type RequestOutcome,
} from './interleaved-request.ts'
import type { StartedRequests, Turn } from './schedule-explorer.ts'
import type { Act } from './session-act.ts'

/** What a request can do. Each function gets a one-time token and the number of the request. */
export const acts = {
  put: (_token, request) => [['put', `put by ${request}`, true]],
  'update and put': (_token, request) => [
    ['increment', 'count'],
    ['put', `put by ${request}`, true],
  ],
  destroy: () => [['destroy']],
  regenerateId: () => [['regenerateId']],
  'regenerateId(true)': () => [['fork']],
  bindUser: (_token, request) => [['bindUser', `user ${request}`]],
  validateToken: (token) => [['validateToken', token]],
  renewal: () => [],
} satisfies Record<string, (token: string, request: number) => readonly Act[]>

export type ActName = keyof typeof acts

/** The store of a scenario, and how to make requests over it. */
export interface InterleavingSubject {
  /** The store that all requests work on. */
  readonly store: Store
  /** Makes a request, each of whose store calls waits for its turn. */
  request(order: RequestOrder, turn: Turn): Promise<RequestOutcome>
}

type Outcome = RequestOutcome & { readonly act: ActName }

/** Longer than `renewInterval`, and longer than the grace of an old id. */
const agoMs = 120_000

const puts = (act: ActName) => act === 'put' || act === 'update and put'
const rotates = (act: ActName) => act === 'regenerateId' || act === 'bindUser'
const hasDestroyed = ({ act, wasFound }: Outcome) => act === 'destroy' && wasFound
const keyIn = (cookie: string) =>
  Buffer.from(cookie.split('=')[1]?.slice(0, 64) ?? '', 'base64url').toString('hex', 0, 16)

/** One run of requests that hold the same cookie, in one order of their store calls. */
export class InterleavingScenario {
  readonly #subject: InterleavingSubject
  readonly #sessions: SessionManager
  readonly #acts: readonly ActName[]
  readonly #isResending: boolean
  readonly #now = Date.now()
  #cookie = ''
  #outcomes: readonly Outcome[] = []

  /** With `isResending` the reply to each write is lost, and the store's client sends it again. */
  constructor(subject: InterleavingSubject, acts: readonly ActName[], isResending: boolean) {
    this.#subject = subject
    this.#sessions = interleavedSessions(subject.store, this.#now)
    this.#acts = acts
    this.#isResending = isResending
  }

  /** Stores a session and begins the requests. */
  async begin(turnOf: (request: number) => Turn): Promise<StartedRequests> {
    const isDue = this.#acts.includes('renewal')
    const before = interleavedSessions(this.#subject.store, this.#now - (isDue ? agoMs : 0))
    const session = await before.load(undefined)
    session.put('base', true)
    const token = session.generateToken()
    this.#cookie = (await before.commit(session))?.split(';')[0] ?? ''
    const requests = this.#acts.map(async (act, request): Promise<Outcome> => {
      const order = { now: this.#now, cookie: this.#cookie, acts: acts[act](token, request) }
      const isResending = this.#isResending
      return { act, ...(await this.#subject.request({ ...order, isResending }, turnOf(request))) }
    })
    const check = async (schedule: string) => {
      this.#outcomes = await Promise.all(requests)
      await this.#check().catch((cause: unknown) => {
        throw new Error(`Schedule ${schedule}: ${JSON.stringify(this.#outcomes)}`, { cause })
      })
    }
    return { requests, check }
  }

  async #check(): Promise<void> {
    await this.#checkCookies()
    await this.#checkOriginal()
    for (const [index, outcome] of this.#outcomes.entries()) {
      await this.#checkRequest(index, outcome)
    }
    this.#checkTokens()
    await this.#checkOrphans()
  }

  get #key(): string {
    return keyIn(this.#cookie)
  }

  /** Loads the session of a cookie from the store as it is at the end. */
  #load(cookie: string | undefined): Promise<Session> {
    return this.#sessions.load(cookie)
  }

  /** P4, C15b: a cookie that was sent belongs to a stored session, which has the changes of its request. */
  async #checkCookies(): Promise<void> {
    for (const [index, { act, cookie }] of this.#outcomes.entries()) {
      if (cookie === undefined || act === 'destroy') continue
      const isOriginal = keyIn(cookie) === this.#key
      if (isOriginal && this.#outcomes.some(hasDestroyed)) continue
      const session = await this.#load(cookie)
      expect(session.isNew, 'the cookie of a response is live').toBe(false)
      if (act === 'bindUser') expect(session.userId).toBe(`user ${index}`)
      if (isOriginal || act === 'regenerateId(true)') expect(session.has('base')).toBe(true)
    }
  }

  /** P2: the cookie of all requests is invalid after a destroy or a new id, and valid otherwise. */
  async #checkOriginal(): Promise<void> {
    const isDestroyed = this.#outcomes.some(hasDestroyed)
    const isRotated = this.#rotations().length > 0
    const session = await this.#load(this.#cookie)
    expect(session.isNew).toBe(isDestroyed || isRotated)
    if (isDestroyed) expect(await this.#subject.store.read(this.#key)).toBeUndefined()
    expect(this.#rotations().length).toBeLessThanOrEqual(1)
  }

  #rotations(): Outcome[] {
    return this.#outcomes.filter(
      ({ act, cookie }) => rotates(act) && cookie !== undefined && keyIn(cookie) === this.#key,
    )
  }

  /** P1: only a destroy or a new id by another request can make a request lose its changes. */
  async #checkRequest(index: number, outcome: Outcome): Promise<void> {
    const isDestroyed = this.#outcomes.some((it) => it !== outcome && hasDestroyed(it))
    const rotation = this.#rotations().find((it) => it !== outcome)
    const { act, wasFound, wasLost, cookie } = outcome
    if (!isDestroyed && !rotation) {
      expect([wasFound, wasLost]).toEqual([true, false])
      if (rotates(act)) expect(cookie).toBeDefined()
    }
    if (wasLost) expect(cookie).toBeUndefined()
    if (!wasFound) expect(keyIn(cookie ?? '')).not.toBe(this.#key) // P7: an unknown key is never adopted.
    if (wasLost || !wasFound || !puts(act) || isDestroyed) return
    const survivor = rotation ? rotation.cookie : this.#cookie
    const session = await this.#load(survivor)
    const counts = this.#outcomes.filter(
      (it) => it.act === 'update and put' && !it.wasLost && it.wasFound,
    )
    expect(session.get(`put by ${index}`)).toBe(true)
    expect(session.get('count', 0)).toBe(counts.length)
  }

  /** P5: at most one request got true; exactly one if no reply was lost and no request ended the session. */
  #checkTokens(): void {
    const validations = this.#outcomes.filter(({ act }) => act === 'validateToken')
    const accepted = validations.filter(({ results }) => results[0] === true)
    const isEnded = this.#outcomes.some(hasDestroyed) || this.#rotations().length > 0
    if (validations.length === 0) return
    expect(accepted.length).toBeLessThanOrEqual(1)
    if (!isEnded && !this.#isResending) expect(accepted.length).toBe(1)
  }

  /** Each record that still exists belongs to a cookie that was sent. */
  async #checkOrphans(): Promise<void> {
    const cookies = [this.#cookie, ...this.#outcomes.map(({ cookie }) => cookie ?? '')]
    const known = new Set(cookies.map(keyIn))
    for (const key of this.#outcomes.flatMap(({ createdKeys }) => createdKeys)) {
      if (await this.#subject.store.read(key)) expect(known).toContain(key)
    }
  }
}
