import { describe, expect, it } from 'vitest'
import { error, success } from '../notice.ts'
import { startServer } from '../start-server.ts'
import { Visitor } from '../visitor.ts'

describe('signing in', () => {
  it('changes the id and keeps the notes, and the old id is no longer valid', async () => {
    const url = await startServer()
    const visitor = new Visitor(url)
    await visitor.addNote('Surf wax')
    const before = visitor.cookie
    expect((await visitor.signIn('Jane <b>')).headers.get('location')).toBe('/')
    expect(visitor.cookie).not.toBe(before)
    expect((await visitor.get('/')).html).toContain(`${success}Hello Jane &#60;b&#62;, you are`)
    expect((await visitor.get('/notes')).html).toContain('Surf wax')
    const { html } = await new Visitor(url, before).get('/notes')
    expect(html).not.toContain('Surf wax')
    expect(html).not.toContain('Jane')
  })

  it('as another user starts with an empty session', async () => {
    const visitor = new Visitor(await startServer())
    await visitor.signIn('Jane')
    await visitor.addNote('Surf wax')
    await visitor.signIn('Joe')
    const { html } = await visitor.get('/notes')
    expect(html).toContain('>Joe</span>')
    expect(html).not.toContain('Surf wax')
  })

  it('needs a name', async () => {
    const visitor = new Visitor(await startServer())
    expect((await visitor.signIn(' ')).headers.get('location')).toBe('/sign-in')
    const { html } = await visitor.get('/sign-in')
    expect(html).toContain(`${error}A name has 1 to 40 characters.`)
    expect(html).not.toContain('action="/sign-out"')
  })
})

describe('signing out', () => {
  it('leaves nothing but a message, under a new id', async () => {
    const visitor = new Visitor(await startServer())
    await visitor.signIn('Jane')
    await visitor.addNote('Surf wax')
    const before = visitor.cookie
    await visitor.submit(await visitor.get('/notes'), '/sign-out')
    expect(visitor.cookie).not.toBe(before)
    expect((await visitor.get('/notes')).html).toContain(`${success}You are signed out.`)
    const { html } = await visitor.get('/session')
    expect(html).toContain('<dd>none')
    expect(html).not.toContain('Surf wax')
  })
})
