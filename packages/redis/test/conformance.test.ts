import { registerConformance } from '@mako-session/conformance/bind'
import { type ProvidedServer, provideRedis } from '@mako-session/test-servers'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { redisSubject } from './redis-subject.ts'

let server: ProvidedServer
beforeAll(async () => {
  server = await provideRedis()
})
afterAll(() => server?.stop())

const asInReadme = {
  autoResendUnfulfilledCommands: false,
  commandTimeout: 2_000,
  enableAutoPipelining: true,
}
const clients = [
  { name: 'the newest ioredis', driver: 'newest' },
  { name: 'the oldest ioredis', driver: 'oldest' },
  { name: 'the newest ioredis as in the README', driver: 'newest', options: asInReadme },
  { name: 'the oldest ioredis as in the README', driver: 'oldest', options: asInReadme },
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
