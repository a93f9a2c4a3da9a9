import { readFileSync } from 'node:fs'
import { registerConformance } from '@mako-session/conformance/bind'
import { startRedis, type TestServer } from '@mako-session/test-servers'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { redisSubject } from './redis-subject.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const [, rights = ''] = /^ACL SETUSER (.*)$/m.exec(readme) ?? []

let server: TestServer
beforeAll(async () => {
  server = await startRedis()
  const admin = new Redis(server.url)
  await admin.call('ACL', 'SETUSER', ...rights.split(' '))
  admin.disconnect()
})
afterAll(() => server?.stop())

registerConformance(
  { describe, it, skip: it.skip },
  redisSubject('RedisStore with the rights that its README names', () => ({
    connection: { url: server.url, username: 'mako', password: 'password' },
    adminUrls: [server.url],
  })),
)
