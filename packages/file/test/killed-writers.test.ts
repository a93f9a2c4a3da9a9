import { setImmediate, setTimeout as wait } from 'node:timers/promises'
import { newKey, newSession } from '@mako-session/store-promises/new-session'
import { nextMessage } from '@mako-session/store-promises/next-message'
import { expect, it } from 'vitest'
import { FileStore } from '../src/index.ts'
import type { Chain } from './chain-writer.ts'
import { compile, endChild, startCompiled } from './child.ts'
import { filesIn } from './files-in.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const kills = Number(process.env.MAKO_KILLS ?? 200)

it('loses, forks and tears nothing when writers are killed at any moment', async () => {
  const program = compile('./chain-writer.ts', temporaryDirectory())
  const directory = temporaryDirectory()
  const key = newKey()
  const store = new FileStore(directory)
  const first = newSession({ ttl: 3_600 })
  const chain: Chain = { count: 0, versions: [first.version], filler: 'ü'.repeat(10_000) }
  await store.create(key, { ...first, payload: JSON.stringify(chain) })

  const history = new Map([[0, first.version]])
  const forks: number[] = []
  const reading = new AbortController()
  const reads = readUntil(reading.signal, store, key, chain.filler)
  let remaining = kills
  const killers = [1, 2, 3, 4].map(async () => {
    while (remaining-- > 0) {
      const writer = startCompiled(program, directory, key)
      writer.on('message', (message: Chain) => forks.push(...addTo(history, message)))
      await nextMessage(writer)
      await wait(Math.random() * 30)
      await endChild(writer)
    }
  })
  await Promise.all(killers).finally(() => reading.abort())
  expect(await reads).toBeGreaterThan(kills)
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
}, 180_000)

/** Adds a write and those it builds on; the counts at which others were acknowledged are forks. */
function addTo(history: Map<number, string>, { count, versions }: Chain): number[] {
  const forks: number[] = []
  for (const [index, version] of versions.entries()) {
    const at = count - versions.length + 1 + index
    if ((history.get(at) ?? version) !== version) forks.push(at)
    history.set(at, version)
  }
  return forks
}

/** Resolves how many different records it saw, each whole and none older than the one before. */
async function readUntil(signal: AbortSignal, store: FileStore, key: string, filler: string) {
  let seen = 0
  let latest = -1
  while (!signal.aborted) {
    const record = await store.read(key)
    const chain: Chain = JSON.parse(record?.payload ?? '')
    if (chain.filler !== filler || chain.versions.at(-1) !== record?.version)
      throw new Error('Torn')
    if (chain.count < latest) throw new Error(`Write ${chain.count} was read after ${latest}`)
    if (chain.count > latest) seen += 1
    latest = chain.count
    await setImmediate()
  }
  return seen
}
