import { createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto'

const secret = randomBytes(32)

/** A hand-written session: an id with a MAC in the cookie, one JSON object in the store. */
export interface HandWritten {
  readonly cookie: string
  readonly id: string
  readonly json: string
}

const data = {
  name: 'Jane',
  theme: 'dark',
  cart: [
    { sku: 'a-1', quantity: 2 },
    { sku: 'b-2', quantity: 1 },
  ],
  visits: 1,
}

/** What the session of each benchmark holds. */
export const sessionData: Readonly<Record<string, unknown>> = data

export function handWritten(): HandWritten {
  const id = randomBytes(48).toString('base64url')
  const json = JSON.stringify({ hash: secretHash(id), renewedAt: Date.now(), data })
  return { cookie: `sid=${id}.${sign(id)}`, id, json }
}

/** Reads the id out of a `Cookie` header and checks its MAC. */
export function verifiedId(cookie: string): string {
  const value = cookie.slice(cookie.indexOf('sid=') + 4)
  const id = value.slice(0, 64)
  if (!timingSafeEqual(Buffer.from(value.slice(65)), Buffer.from(sign(id)))) throw new Error('MAC')
  return id
}

/** Parses what is stored and checks that it belongs to the id. */
export function parsed(id: string, json: string): { data: { name: string; visits: number } } {
  const session = JSON.parse(json)
  if (!timingSafeEqual(Buffer.from(session.hash), Buffer.from(secretHash(id))))
    throw new Error('id')
  return session
}

function sign(id: string): string {
  return createHmac('sha256', secret).update(id).digest('base64url')
}

function secretHash(id: string): string {
  return hash('sha256', Buffer.from(id, 'base64url').subarray(16), 'base64url')
}
