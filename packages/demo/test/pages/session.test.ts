import { describe, expect, it } from 'vitest'
import { success } from '../notice.ts'
import { startServer } from '../start-server.ts'
import { Visitor } from '../visitor.ts'

describe('the session page', () => {
  const keyIn = (html: string) => /<code>([0-9a-f]{32})<\/code>/.exec(html)?.[1]

  it('stores nothing and sets no cookie for a visitor without a session', async () => {
    const visitor = new Visitor(await startServer())
    expect((await visitor.get('/session')).html).toContain('Your session is new')
    expect(visitor.cookie).toBe('')
  })

  it('shows the key, user and times, and never the id', async () => {
    const visitor = new Visitor(await startServer())
    await visitor.signIn('Jane')
    const { html } = await visitor.get('/session')
    expect(keyIn(html)).toBeDefined()
    for (const text of ['<dd>Jane', '29 minutes', '11 hours 59 minutes']) {
      expect(html).toContain(text)
    }
    const [, id = 'no id'] = /=(.{64})/.exec(visitor.cookie) ?? []
    expect(html).not.toContain(id)
  })

  it('gives the session a new id', async () => {
    const visitor = new Visitor(await startServer())
    await visitor.get('/')
    const before = { cookie: visitor.cookie, seen: await visitor.get('/session') }
    await visitor.submit(before.seen, '/session/id')
    expect(visitor.cookie).not.toBe(before.cookie)
    const { html } = await visitor.get('/session')
    expect(keyIn(html)).toBe(keyIn(before.seen.html))
    expect(html).toContain(`${success}Your session has a new id.`)
  })

  it('ends the session', async () => {
    const url = await startServer()
    const visitor = new Visitor(url)
    await visitor.get('/')
    const before = visitor.cookie
    await visitor.submit(await visitor.get('/session'), '/session/end')
    expect(visitor.cookie).toBe('')
    expect((await new Visitor(url, before).get('/session')).html).toContain('Your session is new')
  })
})
