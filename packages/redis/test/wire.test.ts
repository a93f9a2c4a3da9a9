import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import { type PreparedRequest, preparedRequests } from '@mako-session/store-promises/requests'
import { startRedis, type TestServer } from '@mako-session/test-servers'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RedisStore } from '../src/index.ts'

describe('A request, as Redis sees it,', () => {
  let server: TestServer
  let redis: Redis
  let listener: Redis
  let requests: Awaited<ReturnType<typeof preparedRequests>>

  beforeAll(async () => {
    server = await startRedis()
    redis = new Redis(server.url)
    listener = await new Redis(server.url).monitor()
    requests = await preparedRequests(new RedisStore(redis))
  })
  afterAll(async () => {
    redis?.disconnect()
    listener?.disconnect()
    await server?.stop()
  })

  it('is no command without a cookie or with a forged one', async () => {
    expect(await commandsOf(requests.withoutCookie)).toEqual([])
    expect(await commandsOf(requests.forged)).toEqual([])
  })

  it('is one command when it reads, two when it changes something, and three when it logs out', async () => {
    expect(await commandsOf(requests.reading)).toEqual(['get'])
    expect(await commandsOf(requests.changing)).toEqual(['get', 'eval'])
    expect(await commandsOf(requests.ending)).toEqual(['get', 'eval', 'del'])
  })

  it('is three commands when it changes the session of a user, the last two sent together', async () => {
    const commands = await commandsOf(async () => {
      const turns = turnsOf((redis as unknown as { stream: Socket }).stream)
      await requests.changingOfUser()
      expect(turns).toEqual(['sent', 'received', 'sent', 'received'])
    })
    expect(commands).toEqual(['get', 'eval', 'eval'])
  })

  it('leaves no key without a ttl', async () => {
    const keys = await redis.keys('*')
    expect(keys.length).toBeGreaterThan(3)
    for (const key of keys) expect(await redis.ttl(key), key).toBeGreaterThan(0)
  })

  /**
   * The commands that the server got from the client during the request. MONITOR reports them late but in
   * order, so a mark before and a mark after the request show which ones belong to it.
   */
  async function commandsOf(request: PreparedRequest): Promise<string[]> {
    const mark = randomUUID()
    const between: string[] = []
    let marksSeen = 0
    const isOver = new Promise<void>((resolve) => {
      const take = (_: string, [name = '', argument]: string[], source: string) => {
        if (argument === mark) marksSeen++
        else if (marksSeen === 1 && source !== 'lua') between.push(name.toLowerCase())
        if (marksSeen < 2) return
        listener.off('monitor', take)
        resolve()
      }
      listener.on('monitor', take)
    })
    await redis.echo(mark)
    await request()
    await redis.echo(mark)
    await isOver
    return between
  }
})

/** Notes from now on when a connection sends and receives; several times the same in a row are one entry. */
function turnsOf(stream: Socket): string[] {
  const turns: string[] = []
  const note = (way: string) => {
    if (turns.at(-1) !== way) turns.push(way)
  }
  const write = stream.write
  stream.write = (...data: unknown[]) => {
    note('sent')
    return Reflect.apply(write, stream, data)
  }
  stream.on('data', () => note('received'))
  return turns
}
