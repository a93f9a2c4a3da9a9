import { describe, expect, it } from 'vitest'
import { fetchHeaders, pageHeaders, plainPageHeaders } from '../../support/request-of.ts'
import { type Act, type Binding, type HttpVisitor, newHttpVisitor, Reply } from '../binding.ts'

interface Situation {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly reply: Reply
}

const withType = (type: string, status = 200) =>
  new Reply({ status, headers: { 'content-type': type }, body: 'x' })
const html = withType('text/html; charset=utf-8')
const redirect = new Reply({ status: 303, headers: { location: '/next' } })
const download = new Reply({
  headers: { 'content-type': 'text/html', 'content-disposition': 'Attachment; filename="a.html"' },
  body: 'x',
})
const frame = { ...pageHeaders, 'sec-fetch-dest': 'iframe' }
const turboFrame = { ...fetchHeaders, accept: 'text/html', 'turbo-frame': 'cart' }

/** After these the visitor still has to see the message, although their handlers read it. */
const showNothing: readonly (readonly [string, Situation])[] = [
  ['a redirect', { headers: pageHeaders, reply: redirect }],
  ['HEAD', { method: 'HEAD', headers: plainPageHeaders, reply: html }],
  ['OPTIONS', { method: 'OPTIONS', headers: plainPageHeaders, reply: new Reply({ status: 204 }) }],
  ['a prefetch', { headers: { ...pageHeaders, 'sec-purpose': 'prefetch' }, reply: html }],
  [
    'an image',
    {
      headers: { 'sec-fetch-dest': 'image', 'sec-fetch-mode': 'no-cors' },
      reply: withType('image/png'),
    },
  ],
  [
    'an image by plain HTTP',
    { headers: { accept: 'image/webp,*/*' }, reply: withType('image/svg+xml') },
  ],
  [
    'a 401, after which the browser asks',
    { headers: pageHeaders, reply: withType('text/html', 401) },
  ],
  ['a 500 page', { headers: pageHeaders, reply: withType('text/html', 500) }],
]

/** Where these do not read the message, the next page has to show it. */
const arePartsOnly: readonly (readonly [string, Situation])[] = [
  ['a 204', { headers: pageHeaders, reply: new Reply({ status: 204 }) }],
  ['a download', { headers: pageHeaders, reply: download }],
  ['a download by plain HTTP', { headers: plainPageHeaders, reply: download }],
  ['a PDF in the tab', { headers: pageHeaders, reply: withType('application/pdf') }],
  ['an iframe', { headers: frame, reply: html }],
  [
    'a script that asks again and again by plain HTTP',
    { headers: { accept: '*/*' }, reply: withType('application/json') },
  ],
  ['an HTML fragment for fetch', { headers: fetchHeaders, reply: html }],
  ['an htmx fragment', { headers: { ...fetchHeaders, 'hx-request': 'true' }, reply: html }],
  [
    'an htmx fragment by plain HTTP',
    { headers: { accept: 'text/html', 'hx-request': 'true' }, reply: html },
  ],
  ['a Turbo frame', { headers: turboFrame, reply: html }],
]

const pages: readonly (readonly [string, Situation])[] = [
  ['a page', { headers: pageHeaders, reply: html }],
  ['a page by plain HTTP', { headers: plainPageHeaders, reply: html }],
  ['a form that is shown again', { method: 'POST', reply: withType('text/html', 422) }],
  ['a page that is not there', { headers: pageHeaders, reply: withType('Text/HTML', 404) }],
  ['a page that the browser has', { headers: pageHeaders, reply: new Reply({ status: 304 }) }],
  ['a Turbo visit', { headers: { ...fetchHeaders, 'x-turbo-request-id': '1' }, reply: html }],
]

const readAll: Act = (session) => void session.flashes()

export function describeFlash(binding: Binding): void {
  describe('a flash value', () => {
    it('can be read on the next page only', async () => {
      const visitor = await newHttpVisitor(binding)
      const found = [
        await visitor.ask((session) => {
          session.flash('notice', 'Saved')
          return [session.hasFlash('notice'), session.flash('notice')]
        }),
        await visitor.ask((session) => [session.hasFlash('notice'), session.flash('notice')]),
        await visitor.ask((session) => [session.hasFlash('notice'), session.flash('notice')]),
      ]
      expect(found).toEqual([
        [false, false],
        [true, 'Saved'],
        [false, false],
      ])
    })

    it('is shown after two redirects and an image, and once', async () => {
      const visitor = await newHttpVisitor(binding)
      const { status } = await visitor.visit((session) => {
        session.flash('a', 1)
        return redirect
      })
      expect(status).toBe(303)
      await meet(visitor, { headers: pageHeaders, reply: redirect }, readAll)
      await meet(visitor, { reply: withType('image/png') }, readAll)
      await meet(visitor, { headers: pageHeaders, reply: redirect })
      expect(await readFlash(visitor)).toEqual({ a: 1 })
      expect(await readFlash(visitor)).toEqual({})
    })

    it.each(showNothing)('outlives a response that shows nothing: %s', async (_, situation) => {
      const visitor = await flashed(binding)
      await meet(visitor, situation)
      await meet(visitor, situation, readAll)
      expect(await readFlash(visitor)).toEqual({ a: 1, b: 2 })
    })

    it.each(arePartsOnly)('outlives, unless it is read: %s', async (_, situation) => {
      const visitor = await flashed(binding)
      await meet(visitor, situation)
      await meet(visitor, situation, (session) => session.hasFlash('a'))
      await meet(visitor, situation, (session) => session.flash('a'))
      expect(await readFlash(visitor)).toEqual({ b: 2 })
    })

    it.each(pages)('ends with a page that does not look: %s', async (_, situation) => {
      const visitor = await flashed(binding)
      await meet(visitor, situation)
      expect(await readFlash(visitor)).toEqual({})
    })

    it('is judged by the response also after a commit by hand', async () => {
      const visitor = await flashed(binding)
      const steps = async (reply: Reply) => {
        await visitor.visit(
          async (session) => {
            session.update('steps', (count) => Number(count) + 1, 0)
            session.flashes()
            await visitor.sessions.commit(session)
            return reply
          },
          { headers: pageHeaders },
        )
      }
      await steps(redirect)
      await steps(new Reply({ status: 500 }))
      const answer = await visitor.visit(readAll, { method: 'HEAD' })
      expect(answer.status).toBe(200)
      expect(await readFlash(visitor)).toEqual({ a: 1, b: 2 })
      await visitor.visit((session) => session.flash('c', 3))
      await steps(html)
      expect(await visitor.ask((session) => [session.flashes(), session.get('steps')])).toEqual([
        {},
        3,
      ])
    })

    it('can be flashed again: all of them, or some', async () => {
      const visitor = await flashed(binding)
      await meet(visitor, { reply: html }, (session) => session.reflash())
      await meet(visitor, { reply: html }, (session) => session.reflash(['b']))
      expect(await readFlash(visitor)).toEqual({ b: 2 })
      expect(await readFlash(visitor)).toEqual({})
    })

    it('is replaced by a new one of the same key, also with reflash', async () => {
      const visitor = await flashed(binding)
      await visitor.visit((session) => {
        session.flash('a', 'new')
        session.reflash()
      })
      expect(await readFlash(visitor)).toEqual({ a: 'new', b: 2 })
    })

    it('can be removed', async () => {
      const visitor = await flashed(binding)
      const found = await visitor.ask((session) => {
        session.removeFlash('a')
        session.reflash()
        return session.flash('a')
      })
      expect(found).toBe(false)
      expect(await readFlash(visitor)).toEqual({ b: 2 })
    })

    it('survives a request that was under way when it was flashed', async () => {
      const visitor = await flashed(binding)
      const slow = await visitor.begin((session) => session.flashes())
      await visitor.visit((session) => {
        session.flash('a', 'new')
        return redirect
      })
      await slow.finish()
      expect(await readFlash(visitor)).toEqual({ a: 'new' })
    })

    it('survives a request that flashed again what was there before', async () => {
      const visitor = await flashed(binding)
      const slow = await visitor.begin((session) => session.reflash())
      await visitor.visit((session) => {
        session.flash('a', 'new')
        return redirect
      })
      await slow.finish()
      expect(await readFlash(visitor)).toEqual({ a: 'new', b: 2 })
    })
  })
}

async function flashed(binding: Binding): Promise<HttpVisitor> {
  const visitor = await newHttpVisitor(binding)
  await visitor.visit((session) => {
    session.flash('a', 1)
    session.flash('b', 2)
  })
  return visitor
}

/** A request of the visitor that runs `act` and is answered as the situation says. */
async function meet(
  visitor: HttpVisitor,
  { reply, ...init }: Situation,
  act: Act = () => {},
): Promise<void> {
  const answer = await visitor.visit(async (session, request) => {
    await act(session, request)
    return reply
  }, init)
  expect(answer.status).toBe(reply.status)
}

function readFlash(visitor: HttpVisitor): Promise<unknown> {
  return visitor.ask((session) => session.flashes())
}
