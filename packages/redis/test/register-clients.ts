import { registerConformance } from '@mako-session/conformance/bind'
import { type ProvidedServer, provideRedis } from '@mako-session/test-servers'
import { afterAll, beforeAll, describe, it } from 'vitest'
import type { RedisConnection } from './redis-connection.ts'
import { redisSubject } from './redis-subject.ts'

/** Options of ioredis, as the README has them. */
export const readmeOptions = {
  autoResendUnfulfilledCommands: false,
  commandTimeout: 2_000,
  enableAutoPipelining: true,
}

/** Registers the suite for each way to connect to one server. */
export function registerClients(
  clients: Readonly<Record<string, Omit<RedisConnection, 'url'>>>,
): void {
  let server: ProvidedServer
  beforeAll(async () => {
    server = await provideRedis()
  })
  afterAll(() => server?.stop())

  for (const [name, client] of Object.entries(clients)) {
    registerConformance(
      { describe, it, skip: it.skip },
      redisSubject(`RedisStore with ${name}`, () => ({
        connection: { url: server.url, ...client },
        adminUrls: [server.url],
      })),
    )
  }
}
