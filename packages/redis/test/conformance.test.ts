import { registerConformance } from '@mako-session/conformance/bind'
import { type ProvidedServer, provideRedis } from '@mako-session/test-servers'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { redisSubject } from './redis-subject.ts'

let server: ProvidedServer
beforeAll(async () => {
  server = await provideRedis()
}, 300_000)
afterAll(() => server?.stop())

for (const driver of ['newest', 'oldest'] as const) {
  registerConformance(
    { describe, it, skip: it.skip },
    redisSubject(`RedisStore with the ${driver} ioredis`, () => ({
      connection: { url: server.url, driver },
      adminUrls: [server.url],
    })),
  )
}
