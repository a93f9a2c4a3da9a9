import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Session } from '../../../src/index.ts'
import { InterceptedStore } from '../../support/intercepted-store.ts'
import { type Act, type Binding, newHttpVisitor, Reply } from '../binding.ts'

const ours = expect.stringMatching(/^__Host-session=/)

export function describeResponses(binding: Binding): void {
  describe('a response', () => {
    it('arrives as the application made it', async () => {
      const visitor = await newHttpVisitor(binding)
      const body = 'ü'.repeat(500_000)
      const answer = await visitor.visit((session) => {
        session.put('a', 1)
        return new Reply({ status: 201, headers: { 'x-app': 'yes' }, body })
      })
      expect([answer.status, answer.headers['x-app']]).toEqual([201, 'yes'])
      expect(answer.body === body).toBe(true)
    })

    it('is sent after the session was stored, so that the request after a redirect sees the change', async () => {
      const store = new InterceptedStore((operation) => operation === 'read' || wait(200))
      const visitor = await newHttpVisitor(binding, { store })
      const answer = await visitor.visit((session) => {
        session.put('a', 1)
        return new Reply({ status: 303, headers: { location: '/next' } })
      })
      expect([answer.status, answer.headers.location]).toEqual([303, '/next'])
      expect(await visitor.ask((session) => session.get('a'))).toBe(1)
    })

    it.each([204, 304])('has the cookie also when it has no body: %d', async (status) => {
      const visitor = await newHttpVisitor(binding)
      const answer = await visitor.visit((session) => {
        session.put('a', 1)
        return new Reply({ status })
      })
      expect([answer.status, answer.body, answer.setCookies]).toEqual([status, '', [ours]])
      expect(await visitor.ask((session) => session.get('a'))).toBe(1)
    })

    it('has the cookie also when it answers HEAD', async () => {
      const visitor = await newHttpVisitor(binding)
      const answer = await visitor.visit(putA, { method: 'HEAD' })
      expect([answer.status, answer.body, answer.setCookies]).toEqual([200, '', [ours]])
      expect(await visitor.ask((session) => session.get('a'))).toBe(1)
    })

    it('has the cookies of the application and ours, each once', async () => {
      const visitor = await newHttpVisitor(binding)
      const cookies = ['theme=dark; Path=/', 'lang=nn']
      const answer = await visitor.visit((session) => {
        session.put('a', 1)
        return new Reply({ headers: { 'set-cookie': cookies } })
      })
      expect(answer.setCookies).toEqual(['theme=dark; Path=/', 'lang=nn', ours])
    })

    it('does not change the headers object that the application passed', async () => {
      const visitor = await newHttpVisitor(binding)
      const reply = new Reply({ headers: { 'set-cookie': ['theme=dark', 'lang=nn'] } })
      for (let count = 0; count < 2; count += 1) {
        await visitor.stranger().visit((session) => {
          session.put('a', 1)
          return reply
        })
      }
      const answer = await visitor.stranger().visit(() => reply)
      expect(answer.setCookies).toEqual(['theme=dark', 'lang=nn'])
    })

    it('that is streamed arrives whole, with the cookie', async () => {
      const visitor = await newHttpVisitor(binding)
      const chunk = Buffer.alloc(100_000, 'x')
      const answer = await visitor.visit((session) => {
        session.put('a', 1)
        return new Reply({ body: repeat(chunk, 20) })
      })
      expect([answer.body.length, answer.setCookies]).toEqual([2_000_000, [ours]])
    })

    it('that has begun makes later changes of the session throw', async () => {
      const visitor = await newHttpVisitor(binding)
      const answer = await visitor.visit((session) => {
        session.put('a', 1)
        return new Reply({ body: lateChange(session) })
      })
      expect(answer.body).toBe('begun ERR_SESSION_ENDED')
      expect(await visitor.ask((session) => session.getData())).toEqual({ a: 1 })
    })
  })

  describe('a request that fails', () => {
    const ways: [string, Act][] = [
      ['a response with status 500', () => new Reply({ status: 500 })],
      ['a response with status 503', () => new Reply({ status: 503 })],
      [
        'an error',
        () => {
          throw new Error('of the application')
        },
      ],
    ]

    it.each(ways)('stores nothing: %s', async (_, fail) => {
      const visitor = await newHttpVisitor(binding)
      const answers = [
        await visitor.visit((session, request) => [putA(session), fail(session, request)][1]),
      ]
      await visitor.visit((session) => session.put('b', 2))
      answers.push(
        await visitor.visit((session, request) => [putA(session), fail(session, request)][1]),
      )
      expect(answers.every(({ status }) => status >= 500)).toBe(true)
      expect(answers.flatMap((it) => it.setCookies)).toEqual([])
      expect(await visitor.ask((session) => session.getData())).toEqual({ b: 2 })
    })

    it.each(ways)('still destroys the session: %s', async (_, fail) => {
      const visitor = await newHttpVisitor(binding)
      await visitor.visit(putA)
      const other = visitor.clone()
      await visitor.visit((session, request) => [session.destroy(), fail(session, request)][1])
      expect(await other.ask((session) => session.isNew)).toBe(true)
    })

    it.each<[string, Act]>([
      ['a value for a new visitor', putA],
      ['a new id', (session) => void session.regenerateId()],
      ['a login', (session) => session.bindUser('42')],
    ])('gives the cookie of what its route committed itself: %s', async (_, act) => {
      const visitor = await newHttpVisitor(binding)
      if (act !== putA) await visitor.visit(putA)
      const answer = await visitor.visit(async (session, request) => {
        await act(session, request)
        await visitor.sessions.commit(session)
        return new Reply({ status: 502 })
      })
      expect([answer.status, answer.setCookies]).toEqual([502, [ours]])
      expect(await visitor.ask((session) => session.get('a'))).toBe(1)
    })

    it('stores what the application committed itself', async () => {
      const visitor = await newHttpVisitor(binding)
      await visitor.visit((session) => session.put('b', 2))
      await visitor.visit(async (session) => {
        putA(session)
        await visitor.sessions.commit(session)
        return new Reply({ status: 500 })
      })
      expect(await visitor.ask((session) => session.getData())).toEqual({ a: 1, b: 2 })
    })

    it('stores its changes when the status is from 400 to 499', async () => {
      const visitor = await newHttpVisitor(binding)
      const answer = await visitor.visit((session) => {
        putA(session)
        return new Reply({ status: 422 })
      })
      expect([answer.status, answer.setCookies]).toEqual([422, [ours]])
      expect(await visitor.ask((session) => session.get('a'))).toBe(1)
    })
  })

  describe('caching headers', () => {
    it('forbid every cache to store a response that sets or clears the cookie', async () => {
      const visitor = await newHttpVisitor(binding)
      const answers = [
        await visitor.visit(putA),
        await visitor.visit((session) => session.destroy()),
      ]
      for (const { headers } of answers) {
        expect([headers['cache-control'], headers.vary]).toEqual(['no-store', 'Cookie'])
      }
    })

    it('say of other responses only that they depend on the cookie', async () => {
      const visitor = await newHttpVisitor(binding)
      const answers = [await visitor.visit(() => {})]
      await visitor.visit(putA)
      answers.push(await visitor.visit((session) => session.get('a')))
      answers.push(await visitor.visit((session) => session.put('a', 2)))
      for (const { headers } of answers) {
        expect([headers['cache-control'], headers.vary]).toEqual([undefined, 'Cookie'])
      }
    })

    it.each([
      ['public, max-age=600', 'no-store'],
      ['private, no-cache', 'no-store'],
      ['no-store', 'no-store'],
      ['private, no-store, max-age=0', 'private, no-store, max-age=0'],
    ])(
      'replace a Cache-Control without no-store and keep one with it: %s',
      async (given, expected) => {
        const visitor = await newHttpVisitor(binding)
        const act = (session: Session) => {
          session.put('a', 1)
          return new Reply({ headers: { 'cache-control': given } })
        }
        expect((await visitor.visit(act)).headers['cache-control']).toBe(expected)
        expect((await visitor.visit(act)).headers['cache-control']).toBe(given)
      },
    )

    it.each([
      ['Accept-Encoding', 'Accept-Encoding, Cookie'],
      ['accept, cookie', 'accept, cookie'],
      ['*', '*'],
    ])('add to the Vary of the application: %s', async (given, expected) => {
      const visitor = await newHttpVisitor(binding)
      const answer = await visitor.visit(() => new Reply({ headers: { vary: given } }))
      expect(answer.headers.vary).toBe(expected)
    })
  })
}

function putA(session: Session): void {
  session.put('a', 1)
}

async function* repeat(chunk: Uint8Array, times: number) {
  for (let count = 0; count < times; count += 1) yield chunk
}

async function* lateChange(session: Session) {
  yield Buffer.from('begun ')
  try {
    session.put('a', 'late')
  } catch (error) {
    yield Buffer.from(String(Reflect.get(Object(error), 'code')))
  }
}
