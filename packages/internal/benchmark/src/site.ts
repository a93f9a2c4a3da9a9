import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { performance } from 'node:perf_hooks'
import type { Side } from './comparison.ts'
import type { ProfiledFunction } from './cpu-profile.ts'
import { KeepAliveClient } from './keep-alive-client.ts'
import type { SiteKind, SiteQuestion } from './site-main.ts'

// Each has its own connection and sends one request at a time, so a session has one request at a time.
const visitors = 16

/** An HTTP server in a process of its own, and visitors that each have a session. */
export class Site {
  readonly #child: ChildProcess
  readonly #port: number
  readonly #cookies: readonly string[]
  readonly #clients: KeepAliveClient[] = []

  private constructor(child: ChildProcess, port: number, cookies: readonly string[]) {
    this.#child = child
    this.#port = port
    this.#cookies = cookies
  }

  /** Starts the server and begins a session for each visitor. */
  static async start(kind: SiteKind, storeUrl: string): Promise<Site> {
    const main = new URL('./site-main.ts', import.meta.url)
    const child = fork(main, [kind, storeUrl])
    const [port] = await once(child, 'message')
    const cookies = Array.from({ length: visitors }, async () => {
      const response = await fetch(`http://localhost:${port}/start`)
      if (!response.ok) throw new Error(`${kind}: ${await response.text()}`)
      return ['a=b', ...response.headers.getSetCookie().map((line) => line.split(';')[0])].join(
        '; ',
      )
    })
    return new Site(child, port, await Promise.all(cookies))
  }

  /** The work of answering requests for a path. Its CPU time is that of the server's process. */
  async side(path: '/read' | '/change'): Promise<Side> {
    const client = await KeepAliveClient.open(this.#port, path, this.#cookies)
    this.#clients.push(client)
    return {
      repeat: async (times) => {
        const cpuBefore = await this.#cpuMicros()
        const startedAt = performance.now()
        await client.send(times)
        const micros = (performance.now() - startedAt) * 1_000
        const cpuMicros = (await this.#cpuMicros()) - cpuBefore
        return { micros: micros / times, cpuMicros: cpuMicros / times }
      },
      profile: async (times) => {
        await this.#ask('start a profile')
        await client.send(times)
        return (await this.#ask('stop the profile')) as ProfiledFunction[]
      },
    }
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.close()
    const exited = once(this.#child, 'exit')
    this.#child.disconnect()
    await exited
  }

  async #cpuMicros(): Promise<number> {
    const { user, system } = (await this.#ask('cpu')) as NodeJS.CpuUsage
    return user + system
  }

  async #ask(question: SiteQuestion): Promise<unknown> {
    this.#child.send(question)
    const [answer] = await once(this.#child, 'message')
    return answer
  }
}
