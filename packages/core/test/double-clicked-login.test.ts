import { beforeEach, describe, expect, it } from 'vitest'
import type { Session, SessionManager } from '../src/index.ts'
import { newShoppingVisitor } from './support/shopping-visitor.ts'
import type { TestClock } from './support/test-clock.ts'
import { Visitor } from './support/visitor.ts'

type Data = Record<string, unknown>

let time: TestClock
let sessions: SessionManager<Data>
let visitor: Visitor<Data>

beforeEach(async () => {
  ;({ time, sessions, visitor } = await newShoppingVisitor())
})

const signIn = (session: Session<Data>) => session.bindUser('user-1')

/** The second request loads its session and commits it before, while and after the first one is stored. */
const clicks = {
  'loads and is stored while the first one runs': async () => {
    const first = await sessions.load(visitor.cookie)
    const second = await sessions.load(visitor.cookie)
    signIn(first)
    signIn(second)
    const given = await sessions.commit(second)
    return [await sessions.commit(first), given]
  },
  'is stored at the same time as the first one': async () => {
    const both = [await sessions.load(visitor.cookie), await sessions.load(visitor.cookie)]
    for (const session of both) signIn(session)
    return Promise.all(both.map((session) => sessions.commit(session)))
  },
  'comes with the old id when the first one is stored': async () => {
    const windows = [visitor.clone(), visitor.clone()]
    for (const window of windows) await window.request(signIn)
    return windows.map(({ setCookie }) => setCookie)
  },
}

describe('A visitor who clicks "Sign in" twice', () => {
  for (const [name, click] of Object.entries(clicks)) {
    it(`is signed in with his cart, whichever answer the browser keeps: the second ${name}`, async () => {
      const { key } = await sessions.load(visitor.cookie)
      const answers = await click()
      expect(answers).toHaveLength(2)
      for (const answer of answers) {
        const browser = new Visitor(sessions)
        browser.take(answer)
        const seen = await browser.request((it) => [it.key, it.userId, it.getData()])
        expect(seen).toEqual([key, 'user-1', { cart: ['apple'] }])
      }
    })
  }
})

describe('A visitor to whom the answer to a login was lost', () => {
  let key: string

  beforeEach(async () => {
    key = await visitor.clone().request((session) => {
      signIn(session)
      return session.key
    })
  })

  it('finds a login form that works, and goes on in the session of the first login', async () => {
    const form = await visitor.request((session) => {
      expect([session.isSuperseded, session.userId]).toEqual([true, undefined])
      return session.csrfToken()
    })
    await visitor.request((session) => {
      expect(session.verifyCsrfToken(form)).toBe(true)
      signIn(session)
    })
    const seen = await visitor.request((it) => [it.key, it.userId, it.getData()])
    expect(seen).toEqual([key, 'user-1', { cart: ['apple'] }])
  })

  it('is signed in by a login after 30 seconds, too, to a session of its own', async () => {
    time.advance(30)
    await visitor.request(signIn)
    const seen = await visitor.request((session) => [session.userId, session.getData()])
    expect(seen).toEqual(['user-1', {}])
  })
})
