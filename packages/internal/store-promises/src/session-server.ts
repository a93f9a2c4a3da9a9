import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { nextMessage } from './next-message.ts'
import type { Act } from './session-act.ts'

/** The module with which a process opens the tested store. */
export interface StoreModule {
  /** A module that exports `openStore(namespace, arg)`, as the conformance suite requires it. */
  readonly module: URL
  readonly namespace: string
  readonly arg: string
}

/** The answer to a request of a {@link SessionServer}. */
export interface Reply {
  /** 200, or 409 where the session was replaced or changed by another request. */
  readonly status: number
  /** The return value of each act. */
  readonly results: readonly unknown[]
  /** The cookie that was set or cleared: name and value. */
  readonly cookie: string | undefined
}

/** An HTTP server in a process of its own, with a session manager over the store that is tested. */
export class SessionServer {
  readonly #child: ChildProcess
  readonly #origin: string

  private constructor(child: ChildProcess, origin: string) {
    this.#child = child
    this.#origin = origin
  }

  /** Starts a process whose clock stands still at `now`, and resolves when it listens. */
  static async start({ module, namespace, arg }: StoreModule, now: number): Promise<SessionServer> {
    const main = new URL('./session-server-main.ts', import.meta.url)
    const args = [module.href, namespace, arg, String(now)]
    const child = fork(main, args, { execArgv: [] })
    const port = await nextMessage(child)
    return new SessionServer(child, `http://127.0.0.1:${port}`)
  }

  /**
   * Makes one request that carries out `acts` with its session. With a `gate` the request loads its
   * session and then waits until {@link open} is called.
   */
  async request(cookie: string | undefined, acts: readonly Act[], gate?: string): Promise<Reply> {
    const response = await fetch(`${this.#origin}/${gate ?? ''}`, {
      method: 'POST',
      headers: cookie === undefined ? {} : { cookie },
      body: JSON.stringify(acts),
    })
    const { status } = response
    const text = await response.text()
    if (!response.ok && status !== 409) throw new Error(`A session server said ${status}: ${text}`)
    const [setCookie] = response.headers.getSetCookie()
    const results = response.ok ? JSON.parse(text) : []
    return { status, results, cookie: setCookie?.split(';')[0] }
  }

  /** Resolves when a request waits at the gate. */
  async reached(gate: string): Promise<void> {
    await fetch(`${this.#origin}/reached/${gate}`)
  }

  /** Lets the request that waits at the gate continue. */
  async open(gate: string): Promise<void> {
    await fetch(`${this.#origin}/open/${gate}`)
  }

  async stop(): Promise<void> {
    const exited = once(this.#child, 'exit')
    this.#child.disconnect()
    await exited
  }
}
