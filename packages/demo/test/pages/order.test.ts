import { describe, expect, it } from 'vitest'
import { error, success } from '../notice.ts'
import { startServer } from '../start-server.ts'
import { Visitor } from '../visitor.ts'

describe('an order', () => {
  const item = { item: 'Surf wax' }

  it('is taken once when its form is sent 30 times at the same time', async () => {
    const visitor = new Visitor(await startServer())
    const form = await visitor.get('/order')
    const sent = Array.from({ length: 30 }, () => visitor.submit(form, '/order/send', item))
    const statuses = (await Promise.all(sent)).map(({ status }) => status)
    expect(statuses.sort()).toEqual([303, ...Array(29).fill(409)])
    const { html } = await visitor.get('/order/sent')
    expect(html.match(/<span class="row-text">Surf wax/g)).toHaveLength(1)
  })

  it('that is sent again is answered with "Already sent"', async () => {
    const visitor = new Visitor(await startServer())
    await visitor.submit(await visitor.get('/order'), '/order/send', item)
    const sent = await visitor.get('/order/sent')
    expect(sent.html).toContain(`${success}Surf wax: ordered.`)
    const again = await visitor.submit(sent, '/order/send')
    expect([again.status, again.html]).toEqual([
      409,
      expect.stringContaining('<h1>Already sent</h1>'),
    ])
    await visitor.submit(await visitor.get('/order'), '/order/send', item)
    expect((await visitor.get('/order/sent')).html.match(/>Surf wax</g)).toHaveLength(2)
  })

  it('is refused with a token of another session, without a token, or for an unknown item', async () => {
    const url = await startServer()
    const [visitor, other] = [new Visitor(url), new Visitor(url)]
    const form = await visitor.get('/order')
    await other.get('/')
    expect((await other.submit(form, '/order/send', item)).status).toBe(409)
    expect((await visitor.post('/order/send', item)).status).toBe(409)
    await visitor.submit(form, '/order/send', { item: 'The moon' })
    expect((await visitor.get('/order')).html).toContain(`${error}Choose something from the list.`)
    expect((await visitor.get('/order/sent')).html).toContain('Nothing ordered yet.')
  })

  it('has a form that the browser may keep for the back button', async () => {
    const visitor = new Visitor(await startServer())
    await visitor.get('/')
    expect((await visitor.get('/order')).headers.get('cache-control')).toBe('private, no-cache')
  })
})
