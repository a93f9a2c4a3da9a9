/** What a request awaits before each call of the store. */
export type Turn = () => Promise<void>

/** Requests that have begun, and a check of their results. */
export interface StartedRequests {
  readonly requests: readonly Promise<unknown>[]
  /** Checks the results. An error names the order of the calls, `schedule`. */
  readonly check: (schedule: string) => Promise<void>
}

/** Runs the store calls of several requests one at a time, in a chosen order. */
class Schedule {
  readonly #path: readonly number[]
  readonly #waiting = new Map<number, () => void>()
  #noteChange = () => {}
  /** For each step: the number of requests that were waiting, and which one was chosen. */
  readonly steps: { readonly options: number; readonly chosen: number }[] = []

  constructor(path: readonly number[]) {
    this.#path = path
  }

  /** Waits until it is the turn of this request. */
  turn(request: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.set(request, resolve)
      this.#noteChange()
    })
  }

  /** Runs requests to their end. At each step one of them is chosen to make its next store call. */
  async run(requests: readonly Promise<unknown>[]): Promise<void> {
    const running = new Set(requests.keys())
    for (const [index, request] of requests.entries()) {
      const done = () => {
        running.delete(index)
        this.#noteChange()
      }
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

  /** Resolves when every running request waits for its turn: true, or false if none is running. */
  async #hasSettled(running: ReadonlySet<number>): Promise<boolean> {
    while ([...running].some((request) => !this.#waiting.has(request))) {
      await new Promise<void>((resolve) => {
        this.#noteChange = resolve
      })
    }
    return running.size > 0
  }
}

/**
 * Runs a scenario once for every possible order of the store calls of its requests, and resolves the
 * number of orders. `start` begins the requests. It gets a function that returns the {@link Turn} of a
 * request. With `most` it stops after that many orders. In the first one, the requests follow one
 * another.
 */
export async function exploreSchedules(
  start: (turnOf: (request: number) => Turn) => Promise<StartedRequests>,
  most = Number.POSITIVE_INFINITY,
): Promise<number> {
  let count = 0
  for (let path: number[] | undefined = []; path && count < most; count += 1) {
    const schedule = new Schedule(path)
    const { requests, check } = await start((request) => () => schedule.turn(request))
    await schedule.run(requests)
    await check(schedule.steps.map(({ chosen }) => chosen).join(''))
    path = nextPath(schedule)
  }
  return count
}

/** Depth first: changes the last step that has another option to that option. */
function nextPath({ steps }: Schedule): number[] | undefined {
  const last = steps.findLastIndex(({ options, chosen }) => chosen + 1 < options)
  if (last < 0) return undefined
  return steps.slice(0, last + 1).map(({ chosen }, index) => (index === last ? chosen + 1 : chosen))
}
