import { describe, expect, it } from 'vitest'
import { startServer } from './start-server.ts'
import { Visitor } from './visitor.ts'

describe('a form without a token of its session', () => {
  it.each(['/notes', '/notes/remove', '/session/id', '/session/end', '/sign-in', '/sign-out'])(
    'is refused at %s',
    async (path) => {
      const url = await startServer()
      const [visitor, other] = [new Visitor(url), new Visitor(url)]
      await visitor.signIn('Jane')
      await visitor.addNote('Surf wax')
      const before = visitor.cookie
      const stolen =
        /name="_csrf" value="([^"]*)"/.exec((await other.get('/notes')).html)?.[1] ?? ''
      for (const fields of [{}, { _csrf: stolen }]) {
        const refused = await visitor.post(path, { ...fields, text: 'Joe’s', name: 'Joe' })
        expect([refused.status, refused.html]).toEqual([
          403,
          expect.stringContaining('Open the page'),
        ])
      }
      const { html } = await visitor.get('/session')
      expect(html).toContain('Surf wax')
      expect(html).not.toContain('Joe')
      expect(visitor.cookie).toBe(before)
    },
  )
})
