import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Session } from '../../src/index.ts'
import { Browser } from '../support/browser.ts'
import { deferred } from '../support/deferred.ts'
import { GatedStore } from '../support/gated-store.ts'
import { RawClient } from '../support/raw-client.ts'
import { type Handle, nodeServer, slowServer } from './node-server.ts'

const chunk = Buffer.alloc(100_000, 'x')
const chunks = 30
const ours = expect.stringMatching(/^__Host-session=/)

function* body(onChunk = () => {}) {
  for (let count = 0; count < chunks; count += 1) {
    onChunk()
    yield chunk
  }
}

/** A file that holds the whole body. */
async function fileOfBody(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'mako-held-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  const path = join(directory, 'body')
  await writeFile(path, [...body()])
  return path
}

/** A server whose store keeps the first write waiting for the test. It answers `/ping` at any time. */
async function gatedServer(handle: Handle) {
  const store = new GatedStore()
  const held = deferred<Session>()
  const server = await nodeServer(store, (response, session, request) => {
    if (request.url === '/ping') return response.end()
    session.put('a', 1)
    held.resolve(session)
    return handle(response, session, request)
  })
  const ping = () => new Browser(server).request('/ping')
  return { server, store, held: held.promise, ping }
}

describe('a held response that is streamed', () => {
  const ways: [string, Handle][] = [
    ['pipe', (response) => Readable.from(body()).pipe(response)],
    ['pipeline', (response) => pipeline(Readable.from(body()), response)],
    ['pipeline of a generator', (response) => pipeline(body(), response)],
    [
      'pipeline of a file',
      async (response) => pipeline(createReadStream(await fileOfBody()), response),
    ],
    [
      'write that waits for drain',
      async (response) => {
        for (const it of body()) if (!response.write(it)) await once(response, 'drain')
        response.end()
      },
    ],
    [
      'write that does not wait',
      (response) => {
        for (const it of body()) response.write(it)
        response.end()
      },
    ],
  ]

  it.each(ways)('arrives whole after the store has acknowledged: %s', async (_, stream) => {
    const browser = await slowServer(stream)
    const answer = await browser.request('/')
    expect([answer.body.length, answer.setCookies]).toEqual([chunks * chunk.length, [ours]])
  })

  it.each(ways)('ends also when it answers HEAD: %s', async (_, stream) => {
    const browser = await slowServer(stream)
    const answer = await browser.request('/', { method: 'HEAD' })
    expect([answer.status, answer.setCookies]).toEqual([200, [ours]])
  })

  it('takes no more from its source than its buffer can hold, until the store has acknowledged', async () => {
    let taken = 0
    const { server, store, ping } = await gatedServer((response) => {
      Readable.from(
        body(() => (taken += 1)),
        { highWaterMark: 1 },
      ).pipe(response)
    })
    const answer = new Browser(server).request('/')
    await store.reached
    await ping()
    expect(taken).toBeLessThan(5)
    store.open()
    expect((await answer).body).toHaveLength(chunks * chunk.length)
  })

  it('returns false from write when its buffer is full, and emits drain later', async () => {
    const seen: unknown[] = []
    const browser = await slowServer(async (response) => {
      const half = response.writableHighWaterMark / 2
      seen.push(response.write('78'.repeat(half), 'hex'), response.write(Buffer.alloc(half, 'x')))
      response.on('drain', () => seen.push('drain'))
      await once(response, 'drain')
      response.end('end')
    })
    const { body: text } = await browser.request('/')
    expect(seen).toEqual([true, false, 'drain'])
    expect(text).toMatch(/^x+end$/)
  })

  it.each<[string, Handle]>([
    ['end', (response) => response.end('text')],
    ['pipe', (response) => Readable.from(body()).pipe(response)],
    [
      'pipeline',
      (response) =>
        expect(pipeline(Readable.from(body()), response)).rejects.toMatchObject({
          code: 'ERR_STREAM_PREMATURE_CLOSE',
        }),
    ],
  ])('has its session stored also when the client disconnects meanwhile: %s', async (_, send) => {
    const closed = deferred()
    const { server, store, held, ping } = await gatedServer(async (response, ...rest) => {
      response.once('close', closed.resolve)
      await send(response, ...rest)
    })
    const client = await RawClient.connect(server)
    client.send()
    await store.reached
    client.socket.destroy()
    await closed.promise
    store.open()
    expect((await ping()).status).toBe(200)
    expect(await store.read((await held).key)).toBeDefined()
  })

  it('has its session stored also when the application destroys the response meanwhile', async () => {
    const { server, store, held, ping } = await gatedServer((response) => {
      response.write('text')
      response.destroy()
    })
    const client = await RawClient.connect(server)
    client.send()
    await store.reached
    store.open()
    expect(await client.whole()).toBe('')
    expect((await ping()).status).toBe(200)
    expect(await store.read((await held).key)).toBeDefined()
  })
})
