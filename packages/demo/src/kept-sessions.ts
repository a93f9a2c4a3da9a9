import type { Store } from '@mako-session/core'
import { DatabaseStore, mysql } from '@mako-session/database'
import { FileStore } from '@mako-session/file'
import { RedisStore } from '@mako-session/redis'
import { Redis } from 'ioredis'
import { createPool } from 'mysql2/promise'
import type { Settings } from './settings.ts'

/** A store that is ready, and what was opened for it. */
export interface KeptSessions {
  readonly store: Store
  /** The place of the sessions, to be printed. It has no password. */
  readonly place: string
  close(): unknown
}

/** Opens the store that the settings name. @throws where its server cannot be used. */
export async function openSessions(settings: Settings): Promise<KeptSessions> {
  try {
    return await open(settings)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`${reason}. Is the server up, and its URL right?`, { cause: error })
  }
}

async function open(settings: Settings): Promise<KeptSessions> {
  switch (settings.store) {
    case 'file':
      return {
        store: new FileStore(settings.directory),
        place: settings.directory,
        close: () => {},
      }
    case 'redis':
      return openRedis(settings.url)
    case 'database':
      return openDatabase(settings.url)
  }
}

async function openRedis(url: string): Promise<KeptSessions> {
  const redis = new Redis(url, { lazyConnect: true, autoResendUnfulfilledCommands: false })
  // The event has the reason of a failed connection. Later errors reach the requests that need Redis.
  let cause: unknown
  redis.on('error', (error) => {
    cause = error
  })
  await redis.connect().catch((error: unknown) => {
    redis.disconnect()
    throw cause ?? error
  })
  return {
    store: new RedisStore(redis),
    place: `Redis at ${new URL(url).host}`,
    close: () => redis.quit(),
  }
}

async function openDatabase(url: string): Promise<KeptSessions> {
  const pool = createPool(url)
  const store = new DatabaseStore(mysql(pool))
  await store.createTable()
  const { host, pathname } = new URL(url)
  return {
    store,
    place: `the database ${pathname.slice(1)} at ${host}`,
    close: () => pool.end(),
  }
}
