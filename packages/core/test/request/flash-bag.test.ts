import { beforeEach, describe, expect, it } from 'vitest'
import { newVisitor } from '../support/new-sessions.ts'
import type { Visitor } from '../support/visitor.ts'

let visitor: Visitor<Record<string, unknown>>

beforeEach(async () => {
  visitor = newVisitor()
  await visitor.request((session) => session.flash('notice', { text: 'Saved' }))
})

const notice = { text: 'Saved' }
const background = { background: true }

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

  it('outlives background requests that do not read it', async () => {
    await visitor.request(() => {}, background)
    await visitor.request((session) => session.hasFlash('notice'), background)
    expect(await visitor.request((session) => session.flash('notice'))).toEqual(notice)
  })

  it('is removed after a background request that read it, and unread values stay', async () => {
    await visitor.request((session) => session.flash('notice', 'read'))
    await visitor.request((session) => {
      session.flash('notice', 'read')
      session.flash('other', 'unread')
    })
    await visitor.request((session) => session.flash('notice'), background)
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

describe('Session.removeFlash', () => {
  it('removes what the previous request flashed', async () => {
    await visitor.request((session) => {
      session.removeFlash('notice')
      session.removeFlash('never there')
      expect(session.hasFlash('notice')).toBe(false)
      session.reflash()
    }, background)
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

  it('keeps a value that another request reads at the same time', async () => {
    const other = visitor.clone()
    await visitor.request(async (session) => {
      await other.request((concurrent) => concurrent.reflash())
      session.flash('notice')
    })
    expect(await visitor.request((session) => session.flash('notice'))).toEqual(notice)
  })
})
