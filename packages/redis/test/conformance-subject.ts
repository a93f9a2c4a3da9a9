import { provideRedis } from '@mako-session/test-servers'
import { Redis } from 'ioredis'
import { redisSubject } from './redis-subject.ts'

const server = await provideRedis()
const redis = new Redis(server.url)
const [, version] = /^redis_version:(.*?)\r?$/m.exec(await redis.info('server')) ?? []
redis.disconnect()

export const subject = redisSubject(`RedisStore on Redis ${version}`, () => ({
  connection: { url: server.url },
  adminUrls: [server.url],
}))

export const teardown = (): Promise<void> => server.stop()
