import { describe, expect, it } from 'vitest'
import { withSession } from '../../src/http/with-session.ts'
import type { Session } from '../../src/index.ts'
import { deferred } from '../support/deferred.ts'
import { fetchBridge } from '../support/fetch-bridge.ts'
import { InterceptedStore } from '../support/intercepted-store.ts'
import { listen } from '../support/local-server.ts'
import { newSessions } from '../support/new-sessions.ts'
import type { Reply } from './binding.ts'
import { describeBinding } from './binding-suite.ts'

describeBinding({
  name: 'withSession',
  leavesErrorsToApplication: true,
  start(sessions, handler) {
    return listen(
      fetchBridge(
        withSession(sessions, async (request, session) =>
          toResponse(await handler(session, request)),
        ),
      ),
    )
  },
})

describe('withSession', () => {
  const request = new Request('http://localhost/')
  const put = (session: Session) => session.put('a', 1)

  it.each<[string, () => Response | Promise<Response>]>([
    ['a redirect', () => Response.redirect('http://localhost/next', 303)],
    ['a response that was fetched', () => fetch('data:text/plain,text')],
  ])('sets the cookie also where the headers cannot be changed: %s', async (_, respond) => {
    const original = await respond()
    const handle = withSession(newSessions(), (_request, session) => {
      put(session)
      return respond()
    })
    const response = await handle(request)
    expect(response.headers.getSetCookie()).toHaveLength(1)
    expect(response.status).toBe(original.status)
    expect(response.headers.get('location')).toBe(original.headers.get('location'))
    expect(await response.text()).toBe(await original.text())
  })

  it("returns the handler's own Response object when its headers can be changed", async () => {
    const own = new Response('text')
    expect(await withSession(newSessions(), () => own)(request)).toBe(own)
  })

  it('passes further arguments to the handler', async () => {
    const handle = withSession(
      newSessions(),
      (_request, _session, environment: string, n: number) => Response.json([environment, n]),
    )
    expect(await (await handle(request, 'staging', 2)).json()).toEqual(['staging', 2])
  })

  it('rejects with the error of the handler, or of the store', async () => {
    const error = new Error('of the handler')
    const throwing = withSession(newSessions(), () => Promise.reject(error))
    await expect(throwing(request)).rejects.toBe(error)
    const store = new InterceptedStore(() => {
      throw new Error('the store is down')
    })
    const storing = withSession(newSessions({ store }), (_request, session) => {
      put(session)
      return new Response()
    })
    await expect(storing(request)).rejects.toMatchObject({ code: 'ERR_SESSION_STORE', status: 503 })
  })

  it('cancels the body of a response that it drops, so that its source is closed', async () => {
    const cancelled = deferred<unknown>()
    const body = new ReadableStream({ cancel: cancelled.resolve })
    const store = new InterceptedStore(() => {
      throw new Error('the store is down')
    })
    const handle = withSession(newSessions({ store }), (_request, session) => {
      put(session)
      return new Response(body)
    })
    const error = await handle(request).catch((thrown: unknown) => thrown)
    expect(await cancelled.promise).toBe(error)
  })
})

function toResponse({ status, headers, body }: Reply): Response {
  const pairs = Object.entries(headers).flatMap(([name, values]) =>
    [values].flat().map((value): [string, string] => [name, value]),
  )
  return new Response(body === '' ? null : body, { status, headers: pairs })
}
