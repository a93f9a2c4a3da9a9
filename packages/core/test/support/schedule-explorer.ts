import { setImmediate } from 'node:timers/promises'
import type { SessionToStore, Store, StoredSession } from '../../src/index.ts'

/** Lets the store calls of several requests happen one at a time, in an order that is chosen. */
class Schedule {
  readonly #path: readonly number[]
  readonly #waiting = new Map<number, () => void>()
  /** How many requests there were to choose from at each step, and which one was chosen. */
  readonly steps: { readonly options: number; readonly chosen: number }[] = []

  constructor(path: readonly number[]) {
    this.#path = path
  }

  /** Waits until it is the turn of this request. */
  turn(request: number): Promise<void> {
    return new Promise((resolve) => this.#waiting.set(request, resolve))
  }

  /** Runs requests to their end, choosing at each step whose next store call happens. */
  async run(requests: readonly Promise<unknown>[]): Promise<void> {
    const running = new Set(requests.keys())
    for (const [index, request] of requests.entries()) {
      const done = () => void running.delete(index)
      request.then(done, done)
    }
    while (await this.#hasSettled(running)) {
      const waiting = [...this.#waiting.keys()].sort()
      const chosen = this.#path[this.steps.length] ?? 0
      this.steps.push({ options: waiting.length, chosen })
      const request = waiting[chosen] ?? 0
      const proceed = this.#waiting.get(request)
      this.#waiting.delete(request)
      proceed?.()
    }
  }

  /** Waits until every running request waits for its turn: false when none is left. */
  async #hasSettled(running: ReadonlySet<number>): Promise<boolean> {
    while ([...running].some((request) => !this.#waiting.has(request))) await setImmediate()
    return running.size > 0
  }
}

/** A store whose calls wait for their turn in a schedule. */
export class ScheduledStore implements Store {
  readonly #store: Store
  readonly #turn: () => Promise<void>
  readonly #isResending: boolean
  readonly createdKeys: string[] = []

  /** With `isResending` each write reaches the store twice, as when its first reply was lost. */
  constructor(store: Store, turn: () => Promise<void>, isResending: boolean) {
    this.#store = store
    this.#turn = turn
    this.#isResending = isResending
  }

  async read(key: string): Promise<StoredSession | undefined> {
    await this.#turn()
    return this.#store.read(key)
  }

  async create(key: string, session: SessionToStore): Promise<boolean> {
    await this.#turn()
    this.createdKeys.push(key)
    if (this.#isResending) await this.#store.create(key, session)
    return this.#store.create(key, session)
  }

  async update(key: string, expectedVersion: string, session: SessionToStore): Promise<boolean> {
    await this.#turn()
    if (this.#isResending) await this.#store.update(key, expectedVersion, session)
    return this.#store.update(key, expectedVersion, session)
  }

  async delete(key: string): Promise<void> {
    await this.#turn()
    return this.#store.delete(key)
  }

  async gc(): Promise<number> {
    return 0
  }
}

/**
 * Runs a scenario once for every order in which the store calls of its requests can happen, and
 * returns how many orders there were. `start` is given, for each request, what a call has to await,
 * and begins the requests; `check` looks at the outcome.
 */
export async function exploreSchedules(
  start: (turnOf: (request: number) => () => Promise<void>) => Promise<{
    readonly requests: readonly Promise<unknown>[]
    readonly check: (schedule: string) => Promise<void>
  }>,
): Promise<number> {
  let count = 0
  for (let path: number[] | undefined = []; path; count += 1) {
    const schedule = new Schedule(path)
    const { requests, check } = await start((request) => () => schedule.turn(request))
    await schedule.run(requests)
    await check(schedule.steps.map(({ chosen }) => chosen).join(''))
    path = nextPath(schedule)
  }
  return count
}

/** Depth first: the last step that had another option takes that one. */
function nextPath({ steps }: Schedule): number[] | undefined {
  const last = steps.findLastIndex(({ options, chosen }) => chosen + 1 < options)
  if (last < 0) return undefined
  return steps.slice(0, last + 1).map(({ chosen }, index) => (index === last ? chosen + 1 : chosen))
}
