import { afterAll, expect } from 'vitest'
import { allOf, watchShownText } from './shown-text.ts'

// Runs before each file of tests. It fails a file of the packages below when its process showed an id, a
// signature or a token that a session got there: printed, in an event or a warning, or in an error of the
// calls below. It does not see what other processes show, nor the application secrets.
const watched = /\/packages\/(core|file|redis|database)\/test\//

/** What opens a session or lets a form pass. */
const credentials = new Set<string>()
/** All text of at least 32 characters without a gap that was shown. */
const shown = new Set<string>()

if (watched.test((expect.getState().testPath ?? '').replaceAll('\\', '/'))) await watch()

async function watch(): Promise<void> {
  const { Session, SessionManager } = await import('@mako-session/core')
  watchShownText(show)
  observe(SessionManager.prototype, 'load', (session) => {
    if (session instanceof Session) addId(session.getId())
  })
  observe(SessionManager.prototype, 'commit', addCookie)
  observe(SessionManager.prototype, 'end', addCookie)
  observe(SessionManager.prototype, 'gc', () => {})
  observe(Session.prototype, 'regenerateId', addId)
  observe(Session.prototype, 'generateToken', add)
  observe(Session.prototype, 'csrfToken', add)
  observe(Session.prototype, 'validateToken', () => {})
  afterAll(() => {
    for (const credential of credentials) {
      expect(shown.has(credential), `"${credential}" was shown`).toBe(false)
    }
  })
}

function show(text: string): void {
  for (const [run] of text.matchAll(/[\w-]{32,}/g)) shown.add(run)
}

function add(credential: unknown): void {
  credentials.add(String(credential))
}

function addId(id: unknown): void {
  add(id)
  const secret = Buffer.from(String(id), 'base64url').subarray(16)
  add(secret.toString('hex'))
  add(secret.toString('base64url'))
}

function addCookie(setCookie: unknown): void {
  const [, id, signature] = /=([\w-]{64})\.([\w-]{43});/.exec(String(setCookie)) ?? []
  if (id !== undefined) addId(id)
  if (signature !== undefined) add(signature)
}

/** Calls `note` with what a method gives or resolves, and shows what it throws or rejects with. */
function observe(prototype: object, name: string, note: (result: unknown) => void): void {
  const property = Object.getOwnPropertyDescriptor(prototype, name)
  const method: unknown = Reflect.get(prototype, name)
  if (typeof method !== 'function') throw new Error(`There is no method ${name}`)
  const thrown = (error: unknown) => show(allOf(error))
  const observed = function (this: unknown, ...args: unknown[]) {
    try {
      const result: unknown = Reflect.apply(method, this, args)
      if (result instanceof Promise) result.then(note, thrown)
      else note(result)
      return result
    } catch (error) {
      thrown(error)
      throw error
    }
  }
  // The methods of a session are accessors.
  const value = property?.get ? { get: () => observed } : { value: observed }
  Object.defineProperty(prototype, name, { ...property, ...value })
}
