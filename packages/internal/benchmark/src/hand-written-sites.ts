import type { IncomingMessage, RequestListener } from 'node:http'
import { Redis } from 'ioredis'
import { createPool, type ResultSetHeader, type RowDataPacket } from 'mysql2/promise'
import { handWritten, parsed, verifiedId } from './signed-session.ts'

const lifetime = 1_800

/** Reads and writes of a hand-written session: a write overwrites the writes of other requests. */
interface Kept {
  get(id: string): Promise<string>
  set(id: string, json: string): Promise<unknown>
}

/** GET, and SET for a change. */
export function handWrittenRedisSite(url: string): RequestListener {
  const redis = new Redis(url, { enableAutoPipelining: true })
  return siteOf({
    get: async (id) => (await redis.get(`hand:${id}`)) ?? '',
    set: (id, json) => redis.set(`hand:${id}`, json, 'EX', lifetime),
  })
}

/** A prepared SELECT, and an UPDATE for a change. */
export async function handWrittenDatabaseSite(url: string): Promise<RequestListener> {
  const pool = createPool(url)
  await pool.query(
    'CREATE TABLE IF NOT EXISTS hand (id VARCHAR(64) PRIMARY KEY, json TEXT NOT NULL, expires_at BIGINT NOT NULL)',
  )
  const expiresAt = () => Date.now() + lifetime * 1_000
  return siteOf({
    async get(id) {
      const [rows] = await pool.execute<RowDataPacket[]>(
        'SELECT json FROM hand WHERE id = ? AND expires_at > ?',
        [id, Date.now()],
      )
      return rows[0]?.json ?? ''
    },
    async set(id, json) {
      const [{ affectedRows }] = await pool.execute<ResultSetHeader>(
        'UPDATE hand SET json = ?, expires_at = ? WHERE id = ?',
        [json, expiresAt(), id],
      )
      if (affectedRows > 0) return
      await pool.execute('INSERT INTO hand VALUES (?, ?, ?)', [id, json, expiresAt()])
    },
  })
}

function siteOf(kept: Kept): RequestListener {
  const load = async (request: IncomingMessage) => {
    const id = verifiedId(request.headers.cookie ?? '')
    return { id, session: parsed(id, await kept.get(id)) }
  }
  return async (request, response) => {
    if (request.url === '/start') {
      const { cookie, id, json } = handWritten()
      await kept.set(id, json)
      response.setHeader('Set-Cookie', cookie).end('undefined')
    } else {
      const { id, session } = await load(request)
      if (request.url === '/change') {
        session.data.visits += 1
        await kept.set(id, JSON.stringify(session))
      }
      response.end(session.data.name)
    }
  }
}
