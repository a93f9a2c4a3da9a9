import { randomBytes } from 'node:crypto'
import { SessionError, SessionManager, type SessionOptions, type Store } from '@mako-session/core'
import { expect } from 'vitest'
import { allOf, watchShownText } from './shown-text.ts'

/** A part of this length of a value must not be shown either. */
const partLength = 8

/** A request that has not stored its changes yet. */
export interface SecretRequest {
  /** Random text that is in all that the request puts into its session, and nowhere else. */
  readonly mark: string
  /** The key of the session. */
  readonly key: string
  /** Stores the changes of the request. */
  readonly commit: () => Promise<unknown>
}

/**
 * A request that has put data and flash values into a session that the store has, or with `isNew` into a
 * new one.
 */
export async function secretRequest(
  store: Store,
  { isNew = false, hasUser = false, size = 1, ...options }: SecretOptions = {},
): Promise<SecretRequest> {
  const sessions = new SessionManager({
    ...{ store, secrets: randomBytes(32).toString('hex'), gcInterval: false, ...options },
  })
  let cookie: string | undefined
  if (!isNew) {
    const first = await sessions.load(undefined)
    first.put('a', 1)
    cookie = (await sessions.commit(first))?.split(';')[0]
  }
  const session = await sessions.load(cookie)
  const mark = randomBytes(24).toString('base64url')
  if (hasUser) session.bindUser(mark)
  session.put('name', mark)
  session.put('profile', { email: `${mark}@example.com`, notes: Array(size).fill(mark) })
  session.flash('notice', `"${mark}"`)
  return { mark, key: session.key, commit: () => sessions.commit(session) }
}

interface SecretOptions extends Partial<SessionOptions> {
  readonly isNew?: boolean
  /** Whether the request also binds its session to a user. A store may then write more than the record. */
  readonly hasUser?: boolean
  /** How many times the session contains the mark, about. */
  readonly size?: number
}

/**
 * Expects a commit to fail, and neither its error, nor an event, nor what is printed to show a part of the
 * values. Resolves the words of the error.
 */
export async function expectNothingShown({ mark, commit }: SecretRequest): Promise<string> {
  let shown = ''
  const stop = watchShownText((text) => {
    shown += text
  })
  const error = await commit().catch((thrown: unknown) => thrown)
  stop()
  expect(error).toBeInstanceOf(SessionError)
  expect(error).toMatchObject({ code: 'ERR_SESSION_STORE', cause: expect.any(Error) })
  expect(shown).toContain('ERR_SESSION_STORE')
  shown += allOf(error)
  for (let at = 0; at + partLength <= mark.length; at += partLength) {
    expect(shown).not.toContain(mark.slice(at, at + partLength))
  }
  return String(error)
}
