import type { StoredSession } from '@mako-session/core'
import { SeededRandom } from '../src/operations/seeded-random.ts'
import type { FaultMode } from '../src/subject/subject.ts'
import { type VirtualClock, virtualClock } from '../src/subject/virtual-clock.ts'

/** A row of the backend. */
export interface Row extends StoredSession {
  readonly namespace: string
  readonly key: string
  readonly deadline: number
  readonly userKey: string | undefined
  /** Whether the row is no record of the store. */
  readonly foreign?: boolean
}

/**
 * What the handles of one area share: rows and a clock. Requests and replies take a random number of turns, and
 * fail as `mode` says.
 */
export class ReferenceBackend {
  readonly time: VirtualClock = virtualClock()
  readonly random: SeededRandom
  rows: Map<string, Row> = new Map()
  /** The names of the rows of each user key. */
  readonly namesOfUser: Map<string, Set<string>> = new Map()
  mode: FaultMode = 'up'
  /** How many rows and names the stores have looked at so far. */
  looks = 0
  #waiting: (() => void)[] = []

  constructor(seed: number) {
    this.random = new SeededRandom(seed, 'backend')
  }

  set(mode: FaultMode): void {
    this.mode = mode
    for (const goOn of this.#waiting.splice(0)) goOn()
  }

  /** Resolves when a request has reached the backend. @throws when the backend refuses. */
  async reach(): Promise<void> {
    await this.#travel()
    if (this.mode === 'refuse') throw new Error('connection refused')
  }

  /** Resolves when the reply has reached the store. @throws when the reply is lost. */
  async reply(): Promise<void> {
    await this.#travel()
    if (this.mode !== 'up') throw new Error('connection lost')
  }

  async #travel(): Promise<void> {
    await this.random.pause()
    while (this.mode === 'stall') {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve)
      })
    }
  }
}
