import { startMariaDb, startRedis } from '@mako-session/test-servers'
import { runDemo } from './run-demo.ts'

// The sessions are forgotten when the demo stops: its server was only for it.
const [, , STORE] = process.argv
const server = await (STORE === 'redis' ? startRedis() : startMariaDb())
await runDemo({ ...process.env, STORE, REDIS_URL: server.url, MYSQL_URL: server.url })
await server.stop()
