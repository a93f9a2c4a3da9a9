import { provideMariaDb, provideRedis } from '@mako-session/test-servers'
import type { Comparison } from './comparison.ts'
import { Site } from './site.ts'
import type { SiteKind } from './site-main.ts'

const times = 2_000

/** The sites that are compared over HTTP, each with a request that reads and one that changes. */
const pairs: readonly SitePair[] = [
  {
    name: 'redis',
    ours: 'redis, ours',
    theirs: 'redis, by hand',
    against: 'GET, SET by hand',
    targets: { '/read': 1.25, '/change': 1.35 },
  },
  {
    name: 'express',
    ours: 'express, ours',
    theirs: 'express, popular',
    against: 'express-session, connect-redis',
    base: 'express, bare',
    targets: { '/read': 0.33, '/change': 0.65 },
  },
  {
    name: 'database',
    ours: 'database, ours',
    theirs: 'database, by hand',
    against: 'SELECT, UPDATE by hand',
    targets: { '/read': 1.25, '/change': 1.25 },
  },
]

interface SitePair {
  readonly name: string
  readonly ours: SiteKind
  readonly theirs: SiteKind
  readonly against: string
  readonly base?: SiteKind
  readonly targets: Readonly<Record<'/read' | '/change', number>>
}

/** Sessions on servers, over HTTP, against hand-written code and against express-session. */
export async function siteComparisons(): Promise<{
  comparisons: readonly Comparison[]
  stop: () => Promise<void>
}> {
  const redis = await provideRedis()
  const mariaDb = await provideMariaDb()
  const sites: Site[] = []
  const start = async (kind: SiteKind) => {
    const url = kind.startsWith('database') ? mariaDb.url : redis.url
    const site = await Site.start(kind, url)
    sites.push(site)
    return site
  }
  const comparisons: Comparison[] = []
  for (const { name, ours, theirs, base, against, targets } of pairs) {
    const [our, their] = [await start(ours), await start(theirs)]
    const bare = base && (await start(base))
    for (const path of ['/read', '/change'] as const) {
      comparisons.push({
        name: `${name}, ${path === '/read' ? 'read-only' : 'changing'}`,
        ours: await our.side(path),
        theirs: await their.side(path),
        ...(bare && { base: await bare.side(path) }),
        against,
        target: targets[path],
        targetOf: 'cpuMicros',
        times,
      })
    }
  }
  const stop = async () => {
    await Promise.all(sites.map((site) => site.stop()))
    await Promise.all([redis.stop(), mariaDb.stop()])
  }
  return { comparisons, stop }
}
