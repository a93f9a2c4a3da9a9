import { registerConformance } from '@mako-session/conformance/bind'
import { RedisCluster } from '@mako-session/test-servers'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { redisSubject } from './redis-subject.ts'

let cluster: RedisCluster
beforeAll(async () => {
  cluster = await RedisCluster.start()
})
afterAll(() => cluster?.stop())

registerConformance(
  { describe, it, skip: it.skip },
  redisSubject('RedisStore on a Cluster', () => {
    const adminUrls = cluster.masters.map(({ server }) => server.url)
    return { connection: { url: adminUrls[0] ?? '', isCluster: true }, adminUrls }
  }),
)
