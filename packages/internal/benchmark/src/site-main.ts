import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CpuProfile } from './cpu-profile.ts'
import { bareExpress, ourExpress, popularExpress } from './express-sites.ts'
import { handWrittenDatabaseSite, handWrittenRedisSite } from './hand-written-sites.ts'
import { ourDatabaseSite, ourRedisSite } from './our-sites.ts'

/*
 * A server for measurements. All kinds have the same three pages: /start begins a session with some
 * data, /read answers with a value of the session, /change adds one to another value.
 */
const kinds = {
  'redis, ours': ourRedisSite,
  'redis, by hand': handWrittenRedisSite,
  'database, ours': ourDatabaseSite,
  'database, by hand': handWrittenDatabaseSite,
  'express, bare': bareExpress,
  'express, ours': ourExpress,
  'express, popular': popularExpress,
} satisfies Record<string, (storeUrl: string) => RequestListener | Promise<RequestListener>>

/** The name of a kind of server. */
export type SiteKind = keyof typeof kinds

/** What can be asked of the server's process. */
export type SiteQuestion = keyof typeof answers

const profile = new CpuProfile()
const answers = {
  cpu: async () => process.cpuUsage(),
  'start a profile': async () => profile.start().then(() => true),
  'stop the profile': () => profile.stop(),
}

const [, , kind, storeUrl = ''] = process.argv
// No time limits: the connections are idle between the rounds of a measurement.
const patience = { requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 0 }
const server = createServer(patience, await kinds[kind as SiteKind](storeUrl))
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
process.on('message', async (question: SiteQuestion) => process.send?.(await answers[question]()))
process.on('disconnect', () => process.exit())
