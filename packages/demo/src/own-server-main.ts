import { startMariaDb, startRedis } from '@mako-session/test-servers'
import { runDemo } from './run-demo.ts'

// The server and its files are removed when the demo stops, so the sessions end with it.
const [, , STORE] = process.argv
const server = await (STORE === 'redis' ? startRedis() : startMariaDb())
await runDemo({ ...process.env, STORE, REDIS_URL: server.url, MYSQL_URL: server.url })
await server.stop()
