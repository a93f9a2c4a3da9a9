import { randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'

/**
 * Counts what a server looks at for the keys of an area, from its commands as MONITOR shows them, those of
 * scripts included: a command counts one, and as many as the keys that it names have members, since it may
 * look at all of them.
 */
export class RedisWork {
  readonly #admin: Redis
  readonly #monitor: Redis
  readonly #area: string
  /** Commands of others than the admin. */
  #commands: (readonly string[])[] = []
  #amount = 0
  #adminAddress = ''

  constructor(admin: Redis, monitor: Redis, area: string) {
    this.#admin = admin
    this.#monitor = monitor
    this.#area = area
    monitor.on('monitor', (_time: string, command: string[], source: string) => {
      if (source !== this.#adminAddress) this.#commands.push(command)
    })
  }

  /** All that was looked at so far. */
  async amount(): Promise<number> {
    await this.#catchUp()
    const commands = this.#commands
    this.#commands = []
    const named = commands.map((command) => command.filter((word) => word.startsWith(this.#area)))
    const sizes = await this.#sizesOf([...new Set(named.flat())])
    const keysOfServer = await this.#admin.dbsize()
    for (const [at, [name = '']] of commands.entries()) {
      const keys = named[at] ?? []
      const isScan = /^(keys|scan)$/i.test(name)
      if (keys.length === 0 && !isScan) continue
      const members = keys.reduce((sum, key) => sum + (sizes.get(key) ?? 0), 0)
      this.#amount += 1 + (isScan ? keysOfServer : members)
    }
    return this.#amount
  }

  /** Resolves once the monitor has shown all that was done before. */
  async #catchUp(): Promise<void> {
    const [, address = ''] = / addr=(\S+)/.exec(String(await this.#admin.client('INFO'))) ?? []
    this.#adminAddress = address
    const mark = randomUUID()
    const shown = new Promise<void>((resolve) => {
      const look = (_time: string, command: string[]) => {
        if (!command.includes(mark)) return
        this.#monitor.off('monitor', look)
        resolve()
      }
      this.#monitor.on('monitor', look)
    })
    await this.#admin.echo(mark)
    await shown
  }

  /** The members of each key, whatever its type: other types answer with an error. */
  async #sizesOf(keys: readonly string[]): Promise<Map<string, number>> {
    const questions = ['zcard', 'scard', 'hlen', 'llen']
    const asked = keys.flatMap((key) => questions.map((question) => [question, key]))
    const answers = (await this.#admin.pipeline(asked).exec()) ?? []
    const sizes = new Map<string, number>()
    for (const [at, [, answer]] of answers.entries()) {
      const key = asked[at]?.[1] ?? ''
      if (typeof answer === 'number') sizes.set(key, Math.max(answer, sizes.get(key) ?? 0))
    }
    return sizes
  }
}
