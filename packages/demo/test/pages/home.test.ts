import { describe, expect, it } from 'vitest'
import { startServer } from '../start-server.ts'
import { Visitor } from '../visitor.ts'

describe('the home page', () => {
  it('counts the visits of each visitor separately', async () => {
    const url = await startServer()
    const [first, second] = [new Visitor(url), new Visitor(url)]
    await first.get('/')
    await second.get('/')
    expect((await first.get('/')).html).toContain('<strong>2</strong> visits')
  })

  it('counts visits that come at the same time', async () => {
    const visitor = new Visitor(await startServer())
    await visitor.get('/')
    await Promise.all(Array.from({ length: 10 }, () => visitor.get('/')))
    expect((await visitor.get('/')).html).toContain('<strong>12</strong>')
  })

  it('does not count a HEAD request', async () => {
    const visitor = new Visitor(await startServer())
    await visitor.get('/')
    expect((await visitor.get('/', 'HEAD')).status).toBe(200)
    expect((await visitor.get('/')).html).toContain('<strong>2</strong>')
  })
})
