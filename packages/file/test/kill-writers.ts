import { setImmediate, setTimeout as wait } from 'node:timers/promises'
import { newKey, newSession } from '@mako-session/store-promises/new-session'
import { nextMessage } from '@mako-session/store-promises/next-message'
import { expect } from 'vitest'
import { FileStore } from '../src/index.ts'
import type { Chain } from './chain-writer.ts'
import { compile, endChild, startCompiled } from './child.ts'
import { filesIn } from './files-in.ts'
import { temporaryDirectory } from './temporary-directory.ts'

/** Tests that no acknowledged write and no order of writes is lost when writers are killed at any moment. */
export async function killWriters(kills: number): Promise<void> {
  const program = compile('./chain-writer.ts', temporaryDirectory())
  const directory = temporaryDirectory()
  const key = newKey()
  const store = new FileStore(directory)
  const first = newSession({ ttl: 3_600 })
  const chain: Chain = { count: 0, versions: [first.version], filler: 'ü'.repeat(10_000) }
  await store.create(key, { ...first, payload: JSON.stringify(chain) })

  const history = new Map([[0, first.version]])
  const forks: number[] = []
  const reader = new Reader(store, key, chain.filler)
  const reading = reader.run()
  let remaining = kills
  const killers = [1, 2, 3, 4].map(async () => {
    while (remaining-- > 0) {
      const writer = startCompiled(program, directory, key)
      writer.on('message', (message: Chain) => forks.push(...addTo(history, message)))
      const { count } = (await nextMessage(writer)) as Chain
      await Promise.race([reader.hasSeen(count), reading])
      // A random moment of a later write. Whichever it is, the expectations below hold.
      await wait(Math.random() * 30)
      await endChild(writer)
    }
  })
  await Promise.all(killers).finally(() => reader.stop())
  await reading
  expect(history.size).toBeGreaterThan(kills)

  const end = await store.read(key)
  const last: Chain = JSON.parse(end?.payload ?? '')
  forks.push(...addTo(history, last))
  expect(forks).toEqual([])
  expect(Math.max(...history.keys())).toBe(last.count)

  const anHourLater = () => Date.now() + 3_601_000
  const written = newSession({ payload: 'after the kills', ttl: 7_200 })
  expect(await store.update(key, last.versions.at(-1) ?? '', written)).toBe(true)
  expect(await new FileStore(directory, { clock: anHourLater }).gc()).toBe(0)
  expect(filesIn(directory)).toEqual([`${directory}/${key.slice(0, 2)}/${key}`])
}

/**
 * Adds a write, and the writes that it was based on, to the history. Returns the forks: counts at which the
 * history has another version already.
 */
function addTo(history: Map<number, string>, { count, versions }: Chain): number[] {
  const forks: number[] = []
  for (const [index, version] of versions.entries()) {
    const at = count - versions.length + 1 + index
    if ((history.get(at) ?? version) !== version) forks.push(at)
    history.set(at, version)
  }
  return forks
}

/** Reads one session again and again: each record must be whole, and none older than the one before. */
class Reader {
  readonly #store: FileStore
  readonly #key: string
  readonly #filler: string
  #latest = -1
  #isStopped = false

  constructor(store: FileStore, key: string, filler: string) {
    this.#store = store
    this.#key = key
    this.#filler = filler
  }

  /** Reads until {@link stop} is called; rejects at the first record that is wrong. */
  async run(): Promise<void> {
    while (!this.#isStopped) {
      const record = await this.#store.read(this.#key)
      const chain: Chain = JSON.parse(record?.payload ?? '')
      if (chain.filler !== this.#filler || chain.versions.at(-1) !== record?.version) {
        throw new Error('A record was read that is not whole')
      }
      if (chain.count < this.#latest) {
        throw new Error(`Write ${chain.count} was read after ${this.#latest}`)
      }
      this.#latest = chain.count
      await setImmediate()
    }
  }

  /** Resolves once a record has been read that is this write or a later one. */
  async hasSeen(count: number): Promise<void> {
    while (this.#latest < count && !this.#isStopped) await setImmediate()
  }

  stop(): void {
    this.#isStopped = true
  }
}
