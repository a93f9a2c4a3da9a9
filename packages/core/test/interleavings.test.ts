import { afterAll, describe, expect, it } from 'vitest'
import { MemoryStore, type Session, SessionError } from '../src/index.ts'
import { newSessions } from './support/new-sessions.ts'
import { exploreSchedules, ScheduledStore } from './support/schedule-explorer.ts'
import { TestClock } from './support/test-clock.ts'
import { Visitor } from './support/visitor.ts'

type Data = Record<string, unknown>
type Act = (session: Session<Data>, token: string, request: number) => unknown

const acts = {
  put: (session, _token, request) => session.put(`put by ${request}`, true),
  'update and put': (session, _token, request) => {
    session.update('count', (n) => (n as number) + 1, 0)
    session.put(`put by ${request}`, true)
  },
  destroy: (session) => session.destroy(),
  regenerateId: (session) => session.regenerateId(),
  'regenerateId(true)': (session) => session.regenerateId(true),
  bindUser: (session, _token, request) => session.bindUser(`user ${request}`),
  validateToken: (session, token) => session.validateToken(token),
  renewal: () => {},
} satisfies Record<string, Act>

type ActName = keyof typeof acts

/** What became of one request. */
interface Outcome {
  readonly act: ActName
  /** Whether the session that its cookie named was found. */
  wasFound: boolean
  wasLost: boolean
  result: unknown
  setCookie: string | undefined
}

const puts = (act: ActName) => act === 'put' || act === 'update and put'
const rotates = (act: ActName) => act === 'regenerateId' || act === 'bindUser'
const hasDestroyed = ({ act, wasFound }: Outcome) => act === 'destroy' && wasFound
const cookieOf = ({ setCookie }: Outcome) => setCookie?.split(';')[0]
const keyIn = (cookie: string) =>
  Buffer.from(cookie.split('=')[1]?.slice(0, 64) ?? '', 'base64url').toString('hex', 0, 16)

/** One run of requests that hold the same cookie, in one order of their store calls. */
class Scenario {
  readonly #time = new TestClock()
  readonly #store = new MemoryStore({ clock: this.#time.clock })
  readonly #visitor = new Visitor<Data>(this.#sessions(this.#store))
  readonly #stores: ScheduledStore[] = []
  readonly #acts: readonly ActName[]
  readonly #isResending: boolean
  #token = ''
  #key = ''
  outcomes: Outcome[] = []

  /** With `isResending` the reply to each write is lost, and the store's client sends it again. */
  constructor(acts: readonly ActName[], isResending: boolean) {
    this.#acts = acts
    this.#isResending = isResending
  }

  async begin(turnOf: (request: number) => () => Promise<void>) {
    await this.#visitor.request((session) => {
      session.put('base', true)
      this.#token = session.generateToken()
      this.#key = session.key
    })
    if (this.#acts.includes('renewal')) this.#time.advance(120)
    return this.#acts.map((act, request) => {
      const store = new ScheduledStore(this.#store, turnOf(request), this.#isResending)
      this.#stores.push(store)
      return this.#request(act, request, store)
    })
  }

  #sessions(store: MemoryStore | ScheduledStore) {
    return newSessions({ store, clock: this.#time.clock, gcInterval: false, onLost: 'throw' })
  }

  async #request(act: ActName, request: number, store: ScheduledStore): Promise<void> {
    const sessions = this.#sessions(store)
    const session = await sessions.load(this.#visitor.cookie)
    const outcome: Outcome = {
      act,
      wasFound: !session.isNew,
      wasLost: false,
      result: undefined,
      setCookie: undefined,
    }
    this.outcomes[request] = outcome
    const perform: Act = acts[act]
    outcome.result = await perform(session, this.#token, request)
    try {
      outcome.setCookie = await sessions.commit(session)
    } catch (error) {
      if (!(error instanceof SessionError && error.code === 'ERR_SESSION_LOST')) throw error
      outcome.wasLost = true
    }
  }

  async check(): Promise<void> {
    await this.#checkCookies()
    await this.#checkOriginal()
    for (const [index, outcome] of this.outcomes.entries()) {
      await this.#checkRequest(index, outcome)
    }
    this.#checkTokens()
    await this.#checkOrphans()
  }

  /** Loads the session of a cookie from the store as it is at the end. */
  #load(cookie: string | undefined): Promise<Session<Data>> {
    return this.#sessions(this.#store).load(cookie)
  }

  /** P4, C15b: a cookie that was sent names a session that there is, with what its request did. */
  async #checkCookies(): Promise<void> {
    for (const [index, outcome] of this.outcomes.entries()) {
      const cookie = cookieOf(outcome)
      if (cookie === undefined || outcome.act === 'destroy') continue
      const isOriginal = keyIn(cookie) === this.#key
      if (isOriginal && this.outcomes.some(hasDestroyed)) continue
      const session = await this.#load(cookie)
      expect(session.isNew, 'the cookie of a response is live').toBe(false)
      if (outcome.act === 'bindUser') expect(session.userId).toBe(`user ${index}`)
      if (isOriginal || outcome.act === 'regenerateId(true)') expect(session.has('base')).toBe(true)
    }
  }

  /** P2: the cookie that all came with is dead after a destroy or a new id, else alive. */
  async #checkOriginal(): Promise<void> {
    const isDestroyed = this.outcomes.some(hasDestroyed)
    const isRotated = this.#rotations().length > 0
    const session = await this.#load(this.#visitor.cookie)
    expect(session.isNew).toBe(isDestroyed || isRotated)
    if (isDestroyed) expect(await this.#store.read(this.#key)).toBeUndefined()
    expect(this.#rotations().length).toBeLessThanOrEqual(1)
  }

  #rotations(): Outcome[] {
    return this.outcomes.filter(
      (it) =>
        rotates(it.act) && it.setCookie !== undefined && keyIn(cookieOf(it) ?? '') === this.#key,
    )
  }

  /** P1: only a destroy or a new id by another request can make a request lose its changes. */
  async #checkRequest(index: number, outcome: Outcome): Promise<void> {
    const isDestroyed = this.outcomes.some((it) => it !== outcome && hasDestroyed(it))
    const rotation = this.#rotations().find((it) => it !== outcome)
    if (!isDestroyed && !rotation) {
      expect([outcome.wasFound, outcome.wasLost]).toEqual([true, false])
      if (rotates(outcome.act)) expect(outcome.setCookie).toBeDefined()
    }
    const cookie = cookieOf(outcome)
    if (outcome.wasLost) expect(cookie).toBeUndefined()
    if (!outcome.wasFound) expect(keyIn(cookie ?? '')).not.toBe(this.#key) // P7: never adopted.
    if (outcome.wasLost || !outcome.wasFound) return
    if (!puts(outcome.act) || isDestroyed) return
    const survivor = rotation ? cookieOf(rotation) : this.#visitor.cookie
    const session = await this.#load(survivor)
    const counts = this.outcomes.filter(
      (it) => it.act === 'update and put' && !it.wasLost && it.wasFound,
    )
    expect(session.get(`put by ${index}`)).toBe(true)
    expect(session.get('count', 0)).toBe(counts.length)
  }

  /** P5: at most one true, and exactly one where nothing failed and nobody ended the session. */
  #checkTokens(): void {
    const validations = this.outcomes.filter(({ act }) => act === 'validateToken')
    const accepted = validations.filter(({ result }) => result === true)
    const isEnded = this.outcomes.some(hasDestroyed) || this.#rotations().length > 0
    if (validations.length === 0) return
    expect(accepted.length).toBeLessThanOrEqual(1)
    if (!isEnded && !this.#isResending) expect(accepted.length).toBe(1)
  }

  /** No record is left that nobody has a cookie for. */
  async #checkOrphans(): Promise<void> {
    const cookies = [this.#visitor.cookie ?? '', ...this.outcomes.map((it) => cookieOf(it) ?? '')]
    const known = new Set(cookies.map(keyIn))
    for (const key of this.#stores.flatMap((store) => store.createdKeys)) {
      if (await this.#store.read(key)) expect(known).toContain(key)
    }
  }
}

const allActs = Object.keys(acts) as ActName[]
/** Documented: an update may run twice when its reply was lost *and* another writer came between. */
const actsThatMayRepeat = allActs.filter((act) => act !== 'update and put')

function pairsOf(names: readonly ActName[]): (readonly [ActName, ActName])[] {
  return names.flatMap((first, index) =>
    names.slice(index).map((second) => [first, second] as const),
  )
}

let explored = 0

/** Tries every order of the requests' store calls. */
async function explore(names: readonly ActName[], isResending = false): Promise<void> {
  explored += await exploreSchedules(async (turnOf) => {
    const scenario = new Scenario(names, isResending)
    const requests = await scenario.begin(turnOf)
    return {
      requests,
      check: async (schedule) => {
        await Promise.all(requests)
        try {
          await scenario.check()
        } catch (error) {
          throw new Error(`Schedule ${schedule}: ${JSON.stringify(scenario.outcomes)}`, {
            cause: error,
          })
        }
      },
    }
  })
}

describe('Every interleaving of two requests of one session breaks no promise', () => {
  for (const isResending of [false, true]) {
    for (const pair of pairsOf(isResending ? actsThatMayRepeat : allActs)) {
      it(`${pair.join(' and ')}${isResending ? ', each write sent twice' : ''}`, async () => {
        await explore(pair, isResending)
      })
    }
  }
})

describe('Every interleaving of three requests of one session breaks no promise', {
  timeout: 60_000,
}, () => {
  it.each<readonly [ActName, ActName, ActName]>([
    ['update and put', 'update and put', 'destroy'],
    ['update and put', 'update and put', 'regenerateId'],
    ['update and put', 'bindUser', 'destroy'],
    ['update and put', 'bindUser', 'regenerateId(true)'],
    ['validateToken', 'validateToken', 'update and put'],
    ['renewal', 'renewal', 'destroy'],
    ['bindUser', 'bindUser', 'destroy'],
  ])('%s, %s and %s', async (...names) => {
    await explore(names)
  })
})

afterAll(() => {
  expect(explored).toBeGreaterThan(2_000)
})
