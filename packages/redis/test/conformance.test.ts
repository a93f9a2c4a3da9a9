import { registerConformance } from '@mako-session/conformance/bind'
import { type ProvidedServer, provideRedis } from '@mako-session/test-servers'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { redisSubject } from './redis-subject.ts'

let server: ProvidedServer
beforeAll(async () => {
  server = await provideRedis()
}, 300_000)
afterAll(() => server?.stop())

const clients = [
  { name: 'the newest ioredis', driver: 'newest' },
  { name: 'the newest ioredis and its pipelines', driver: 'newest', enableAutoPipelining: true },
  { name: 'the oldest ioredis', driver: 'oldest' },
] as const

for (const { name, ...client } of clients) {
  registerConformance(
    { describe, it, skip: it.skip },
    redisSubject(`RedisStore with ${name}`, () => ({
      connection: { url: server.url, ...client },
      adminUrls: [server.url],
    })),
  )
}
