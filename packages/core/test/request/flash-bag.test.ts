import { beforeEach, describe, expect, it } from 'vitest'
import { newSessions, newVisitor } from '../support/new-sessions.ts'
import { fetchHeaders, requestOf, visitedPage } from '../support/request-of.ts'
import { Visitor } from '../support/visitor.ts'

let visitor: Visitor<Record<string, unknown>>

beforeEach(async () => {
  visitor = newVisitor()
  await visitor.request((session) => session.flash('notice', { text: 'Saved' }))
})

const notice = { text: 'Saved' }
const poll = {
  request: requestOf(fetchHeaders),
  response: { status: 200, contentType: 'application/json' },
}
const page = { request: visitedPage, response: { status: 200, contentType: 'text/html' } }
const redirect = { request: visitedPage, response: { status: 303 } }

describe('Session.flash', () => {
  it('lives for the next request only', async () => {
    await visitor.request((session) => {
      expect(session.hasFlash('notice')).toBe(true)
      expect(session.flash('notice')).toEqual(notice)
      expect(session.flash('notice')).toEqual(notice)
    })
    await visitor.request((session) => {
      expect(session.hasFlash('notice')).toBe(false)
      expect(session.flash('notice')).toBe(false)
    })
  })

  it('cannot be read in the request that flashed it', async () => {
    await visitor.request((session) => {
      session.flash('other', 1)
      expect(session.hasFlash('other')).toBe(false)
      expect(session.flash('other')).toBe(false)
    })
  })

  it('is removed after the next request even if no request read it', async () => {
    await visitor.request(() => {})
    expect(await visitor.request((session) => session.flash('notice'))).toBe(false)
  })

  it('outlives requests of scripts that do not read it', async () => {
    await visitor.request(() => {}, poll)
    await visitor.request((session) => session.hasFlash('notice'), poll)
    expect(await visitor.request((session) => session.flash('notice'))).toEqual(notice)
  })

  it('is removed after a request of a script that read it, and unread values stay', async () => {
    await visitor.request((session) => session.flash('notice', 'read'))
    await visitor.request((session) => {
      session.flash('notice', 'read')
      session.flash('other', 'unread')
    })
    await visitor.request((session) => session.flash('notice'), poll)
    await visitor.request((session) => {
      expect(session.flash('notice')).toBe(false)
      expect(session.flash('other')).toBe('unread')
    })
  })

  it('survives what another request flashed meanwhile under the same key', async () => {
    const other = visitor.clone()
    await visitor.request(async (session) => {
      await other.request((concurrent) => concurrent.flash('notice', 'newer'))
      expect(session.flash('notice')).toEqual(notice)
    })
    expect(await visitor.request((session) => session.flash('notice'))).toBe('newer')
  })

  it('is there again after a response that failed, whatever was flashed by that', async () => {
    const failed = { request: visitedPage, response: { status: 502, contentType: 'text/html' } }
    await visitor.request((session) => {
      session.flash('notice')
      session.removeFlash('notice')
      session.flash('other', 1)
    }, failed)
    expect(await visitor.request((session) => session.flashes())).toEqual({ notice })
  })

  it('refuses undefined as a value, and does not read the flash value instead', async () => {
    await visitor.request((session) => {
      expect(() => session.flash('notice', undefined)).toThrow(/"notice" is undefined/)
    })
  })

  it('causes no write in a session without flash values', async () => {
    await visitor.request(() => {})
    await visitor.request(() => {})
    expect(visitor.setCookie).toBeUndefined()
  })
})

describe('Session.flashes', () => {
  it('is all that the previous request flashed, and reads it', async () => {
    await visitor.request((session) => {
      session.flash('other', [1])
      session.flash('__proto__', 'own')
      session.reflash()
      expect(session.flashes()).toEqual({ notice })
    })
    await visitor.request((session) => {
      expect(Object.entries(session.flashes())).toEqual([
        ['other', [1]],
        ['__proto__', 'own'],
        ['notice', notice],
      ])
    }, poll)
    expect(await visitor.request((session) => session.flashes())).toEqual({})
  })

  it('leaves out what was removed, and is empty where nothing was flashed', async () => {
    await visitor.request((session) => {
      session.removeFlash('notice')
      expect(session.flashes()).toEqual({})
    })
    const stranger = await newSessions().load(undefined)
    expect(stranger.flashes()).toEqual({})
  })

  it('gives values that can be changed without changing the flash values', async () => {
    await visitor.request((session) => {
      Object.assign(Object(session.flashes().notice), { text: 'changed' })
      expect(session.flashes()).toEqual({ notice })
    })
  })
})

describe('Session.removeFlash', () => {
  it('removes what the previous request flashed', async () => {
    await visitor.request((session) => {
      session.removeFlash('notice')
      session.removeFlash('never there')
      expect(session.hasFlash('notice')).toBe(false)
      session.reflash()
    }, poll)
    expect(await visitor.request((session) => session.flash('notice'))).toBe(false)
  })
})

describe('Session.reflash', () => {
  it('flashes all values again', async () => {
    await visitor.request((session) => {
      session.flash('notice', 'x')
      session.flash('other', 'y')
    })
    await visitor.request((session) => session.reflash())
    await visitor.request((session) => {
      expect([session.flash('notice'), session.flash('other')]).toEqual(['x', 'y'])
    })
    expect(await visitor.request((session) => session.flash('other'))).toBe(false)
  })

  it('flashes the named values again', async () => {
    await visitor.request((session) => {
      session.flash('notice', 'x')
      session.flash('other', 'y')
    })
    await visitor.request((session) => session.reflash(['other', 'never there']))
    await visitor.request((session) => {
      expect([session.flash('notice'), session.flash('other')]).toEqual([false, 'y'])
    })
  })

  it('keeps a new value of the same key, flashed before or after the call', async () => {
    await visitor.request((session) => {
      session.flash('notice', 'new')
      session.reflash()
    })
    await visitor.request((session) => {
      expect(session.flash('notice')).toBe('new')
      session.reflash()
      session.flash('notice', 'newer')
    })
    expect(await visitor.request((session) => session.flash('notice'))).toBe('newer')
  })

  it('leaves what another request flashed meanwhile under the same key', async () => {
    const other = visitor.clone()
    await visitor.request(async (session) => {
      await other.request((concurrent) => concurrent.flash('notice', 'newer'), redirect)
      session.reflash()
    }, redirect)
    expect(await visitor.request((session) => session.flash('notice'))).toBe('newer')
  })

  it('leaves what its own request flashed and committed before', async () => {
    const sessions = newSessions()
    const own = new Visitor(sessions)
    await own.request((session) => session.flash('notice', 'old'))
    await own.request(async (session) => {
      session.flash('notice', 'new')
      await sessions.commit(session)
      session.reflash()
    }, page)
    expect(await own.request((session) => session.flash('notice'))).toBe('new')
  })

  it('keeps a value that another request reads at the same time', async () => {
    const other = visitor.clone()
    await visitor.request(async (session) => {
      await other.request((concurrent) => concurrent.reflash())
      session.flash('notice')
    })
    expect(await visitor.request((session) => session.flash('notice'))).toEqual(notice)
  })
})

describe('SessionManager.commit in the middle of a request', () => {
  it('lets no flash value go: the response decides', async () => {
    const sessions = newSessions()
    const browser = new Visitor(sessions)
    await browser.request((session) => session.flash('notice', notice))
    for (const { response } of [redirect, page]) {
      await browser.request(
        async (session) => {
          session.flash('notice')
          session.put('steps', Number(session.get('steps')) + 1)
          await sessions.commit(session)
          const other = await sessions.load(browser.cookie)
          expect(other.flashes()).toEqual({ notice })
        },
        { request: visitedPage, response },
      )
    }
    expect(await browser.request((session) => session.flashes())).toEqual({})
  })

  it('keeps what was flashed until then for the next request, whatever the response is', async () => {
    for (const { response } of [page, { response: { status: 502 } }]) {
      const sessions = newSessions()
      const browser = new Visitor(sessions)
      await browser.request((session) => session.put('a', 1))
      await browser.request(
        async (session) => {
          session.flash('notice', notice)
          await sessions.commit(session)
        },
        { request: visitedPage, response },
      )
      expect(await browser.request((session) => session.flashes())).toEqual({ notice })
    }
  })
})

describe('SessionManager.load without a request', () => {
  it('takes each commit for a page that was shown', async () => {
    const sessions = newSessions()
    const browser = new Visitor(sessions)
    await browser.request((session) => session.flash('notice', notice))
    await browser.request(async (session) => {
      session.flash('next', 1)
      await sessions.commit(session)
      expect((await sessions.load(browser.cookie)).flashes()).toEqual({ next: 1 })
      session.flash('last', 2)
    })
    expect(await browser.request((session) => session.flashes())).toEqual({ next: 1, last: 2 })
  })

  it('goes by the response where it is ended with one', async () => {
    await visitor.request((session) => session.flashes(), { response: { status: 303 } })
    await visitor.request(() => {}, { response: { status: 200, contentType: 'image/png' } })
    await visitor.request(() => {}, { response: { status: 101 } })
    expect(await visitor.request((session) => session.flashes())).toEqual({ notice })
  })
})

describe('SessionManager.end without a response', () => {
  it('takes it for a page', async () => {
    const sessions = newSessions()
    const browser = new Visitor(sessions)
    await browser.request((session) => session.flash('notice', notice))
    const prefetch = requestOf({ purpose: 'prefetch' })
    for (const request of [prefetch, visitedPage]) {
      const session = await sessions.load(browser.cookie, { request })
      expect(session.hasFlash('notice')).toBe(true)
      await sessions.end(session)
    }
    expect(await browser.request((session) => session.flashes())).toEqual({})
  })
})
