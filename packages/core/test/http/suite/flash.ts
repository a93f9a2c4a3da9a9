import { describe, expect, it } from 'vitest'
import { type Binding, type HttpVisitor, newHttpVisitor } from '../binding.ts'

const backgroundRequests = [
  ['HEAD', { method: 'HEAD' }],
  ['Sec-Fetch-Dest: empty', { headers: { 'sec-fetch-dest': 'empty' } }],
  ['Sec-Fetch-Dest: image', { headers: { 'sec-fetch-dest': 'image' } }],
  [
    'Sec-Purpose: prefetch',
    { headers: { 'sec-fetch-dest': 'document', 'sec-purpose': 'prefetch;prerender' } },
  ],
] as const

const pageRequests = [
  ['POST', { method: 'POST' }],
  ['Sec-Fetch-Dest: document', { headers: { 'sec-fetch-dest': 'document' } }],
  ['Sec-Fetch-Dest: iframe', { headers: { 'sec-fetch-dest': 'iframe' } }],
] as const

export function describeFlash(binding: Binding): void {
  describe('a flash value', () => {
    it('can be read in the next request only', async () => {
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

    it('ends with the next request also when that does not read it', async () => {
      const visitor = await flashed(binding)
      await visitor.visit(() => {})
      expect(await readFlash(visitor)).toEqual([false, false])
    })

    it.each(pageRequests)('ends with a page request: %s', async (_, init) => {
      const visitor = await flashed(binding)
      await visitor.visit(() => {}, init)
      expect(await readFlash(visitor)).toEqual([false, false])
    })

    it.each(backgroundRequests)('outlives a background request: %s', async (_, init) => {
      const visitor = await flashed(binding)
      await visitor.visit(() => {}, init)
      await visitor.visit(() => {}, init)
      expect(await readFlash(visitor)).toEqual([1, 2])
    })

    it.each(backgroundRequests)(
      'ends with a background request that reads it: %s',
      async (_, init) => {
        const visitor = await flashed(binding)
        await visitor.visit((session) => session.flash('a'), init)
        expect(await readFlash(visitor)).toEqual([false, 2])
      },
    )

    it('can be flashed again: all of them, or some', async () => {
      const visitor = await flashed(binding)
      await visitor.visit((session) => session.reflash())
      await visitor.visit((session) => session.reflash(['b']))
      expect(await readFlash(visitor)).toEqual([false, 2])
      expect(await readFlash(visitor)).toEqual([false, false])
    })

    it('is replaced by a new one of the same key, also with reflash', async () => {
      const visitor = await flashed(binding)
      await visitor.visit((session) => {
        session.flash('a', 'new')
        session.reflash()
      })
      expect(await readFlash(visitor)).toEqual(['new', 2])
    })

    it('can be removed', async () => {
      const visitor = await flashed(binding)
      const found = await visitor.ask((session) => {
        session.removeFlash('a')
        session.reflash()
        return session.flash('a')
      })
      expect(found).toBe(false)
      expect(await readFlash(visitor)).toEqual([false, 2])
    })

    it('survives a request that was under way when it was flashed', async () => {
      const visitor = await flashed(binding)
      const slow = await visitor.begin((session) => session.flash('a'))
      await visitor.visit((session) => session.flash('a', 'new'))
      await slow.finish()
      expect(await readFlash(visitor)).toEqual(['new', false])
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

function readFlash(visitor: HttpVisitor): Promise<unknown> {
  return visitor.ask((session) => [session.flash('a'), session.flash('b')])
}
