import type { SessionManager, Store } from '@mako-session/core'
import { patience } from './patience.ts'

/** The class that manages sessions: the one of core, or of a copy of core that lacks a rule. */
export type SessionManagerClass = typeof SessionManager

/**
 * A session manager whose store and clock are exchanged: the derivation of its keys takes longer than
 * all that a request does. It serves one request after the other.
 */
export class ReusedManager {
  readonly #sessions: SessionManager
  #store: Store | undefined
  #now = 0

  constructor(Manager: SessionManagerClass) {
    this.#sessions = new Manager({
      store: {
        read: (key) => this.#current.read(key),
        create: (key, session) => this.#current.create(key, session),
        update: (key, version, session) => this.#current.update(key, version, session),
        delete: (key) => this.#current.delete(key),
        gc: async () => 0,
      },
      secrets: 'the secret that all requests of a test share',
      cookie: { secure: false },
      gcInterval: false,
      // The time of a call includes the wait for its turn.
      storeTimeout: patience,
      onLost: 'throw',
      clock: () => this.#now,
    })
  }

  /** The manager, from now on over this store and with a clock that stands still at `now`. */
  over(store: Store, now: number): SessionManager {
    this.#store = store
    this.#now = now
    return this.#sessions
  }

  get #current(): Store {
    if (!this.#store) throw new Error('No store was given')
    return this.#store
  }
}
