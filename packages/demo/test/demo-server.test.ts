import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { startServer } from './start-server.ts'
import { Visitor } from './visitor.ts'

describe('the server', () => {
  it('answers a request that it refuses with an error page, and stores no session for it', async () => {
    const visitor = new Visitor(await startServer())
    expect((await visitor.get('/__proto__')).status).toBe(404)
    const wrong = await visitor.get('/notes/remove')
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST'])
    const odd = await visitor.get('/notes', 'DELETE')
    expect([odd.status, odd.headers.get('allow')]).toEqual([405, 'GET, POST, HEAD'])
    expect((await visitor.post('/notes', { text: 'x'.repeat(65_537) })).status).toBe(413)
    expect(visitor.cookie).toBe('')
  })

  it('refuses a body that is no form', async () => {
    const url = await startServer()
    expect((await fetch(`${url}/notes`, { method: 'POST', body: '{}' })).status).toBe(415)
  })

  it('serves the style sheet that its pages name, and lets caches keep it', async () => {
    const visitor = new Visitor(await startServer())
    const href = /<link rel="stylesheet" href="([^"]*)">/.exec((await visitor.get('/session')).html)
    const style = await visitor.get(href?.[1] ?? '')
    expect(style.headers.get('content-type')).toBe('text/css; charset=utf-8')
    expect(style.headers.get('cache-control')).toContain('immutable')
    expect(style.html).toContain('prefers-color-scheme: dark')
    expect((await visitor.get('/icon.svg')).headers.get('content-type')).toBe('image/svg+xml')
    expect(visitor.cookie).toBe('')
  })

  it.each(['/', '/notes', '/style.css', '/nowhere'])(
    'sends security headers with %s',
    async (path) => {
      const { headers } = await new Visitor(await startServer()).get(path)
      expect(headers.get('content-security-policy')).toContain(
        "default-src 'none'; style-src 'self'",
      )
      expect(headers.get('x-content-type-options')).toBe('nosniff')
    },
  )

  it('shows only code that is in its source', async () => {
    const pages = new URL('../src/pages/', import.meta.url)
    const source = readdirSync(pages)
      .map((name) =>
        readFileSync(new URL(name, pages), 'utf8').replace(/codeSample\([\s\S]*?\)}`/g, ''),
      )
      .join('')
    const visitor = new Visitor(await startServer())
    for (const path of ['/', '/notes', '/order', '/sign-in', '/session']) {
      const [, code = ''] =
        /<pre tabindex="0"><code>([\s\S]*?)<\/code>/.exec((await visitor.get(path)).html) ?? []
      const lines = code
        .replace(/&#(\d+);/g, (_, digits) => String.fromCharCode(digits))
        .split('\n')
      expect(lines.filter((line) => !source.includes(line) && !line.startsWith('//'))).toEqual([])
      expect(code).toContain('session.')
    }
  })
})
