import express, { type ErrorRequestHandler, type Express } from 'express'
import { describe, expect, it } from 'vitest'
import { sessionMiddleware } from '../../src/http/session-middleware.ts'
import { Browser } from '../support/browser.ts'
import { InterceptedStore } from '../support/intercepted-store.ts'
import { listen } from '../support/local-server.ts'
import { newSessions } from '../support/new-sessions.ts'

const ours = expect.stringMatching(/^__Host-session=/)

async function start(route: (app: Express) => void, store = new InterceptedStore()) {
  const sessions = newSessions({ store })
  const app = express()
  app.use(sessionMiddleware(sessions))
  app.use((request, _response, next) => {
    if (request.path !== '/read') sessions.of(request).put('a', 1)
    next()
  })
  app.get('/read', (request, response) => void response.json(sessions.of(request).get('a')))
  app.get('/new-id', (request, response) => {
    sessions.of(request).regenerateId()
    response.send('changed')
  })
  route(app)
  return new Browser(await listen(app))
}

describe('sessionMiddleware in Express', () => {
  const showError: ErrorRequestHandler = (error, _request, response, _next) => {
    response.status(error.status).json({ code: error.code })
  }

  it.each<[string, Parameters<typeof start>[0], number, string]>([
    ['json', (app) => app.get('/', (_, response) => void response.json([1])), 200, '[1]'],
    ['send', (app) => app.get('/', (_, response) => void response.send('text')), 200, 'text'],
    [
      'redirect',
      (app) => app.get('/', (_, response) => response.redirect('/read')),
      302,
      'Found. Redirecting to /read',
    ],
    ['sendStatus', (app) => app.get('/', (_, response) => void response.sendStatus(204)), 204, ''],
    ['no route', () => {}, 404, expect.stringContaining('Cannot GET /')],
    [
      'sendFile',
      (app) => app.get('/', (_, response) => response.sendFile(import.meta.filename)),
      200,
      expect.stringContaining('sessionMiddleware in Express'),
    ],
    [
      'static files',
      (app) => app.use(express.static(import.meta.dirname, { index: 'express.test.ts' })),
      200,
      expect.stringContaining('sessionMiddleware in Express'),
    ],
    [
      'a mounted application',
      (app) =>
        app.use(
          '/',
          express().get('/', (_, response) => void response.send('within')),
        ),
      200,
      'within',
    ],
    [
      'a mounted application without a route',
      (app) => app.use('/', express()).get('/', (_, response) => void response.send('outside')),
      200,
      'outside',
    ],
    [
      'a mounted application that calls next after its response',
      (app) => {
        const within = express().get('/', (_, response, next) => {
          response.send('within')
          next()
        })
        app.use('/', within).use((_request, response) => {
          if (!response.headersSent) response.send('outside')
        })
      },
      200,
      'within',
    ],
  ])('stores the session before the response: %s', async (_, route, status, body) => {
    const browser = await start(route)
    const answer = await browser.request('/')
    expect([answer.status, answer.body, answer.setCookies]).toEqual([status, body, [ours]])
    expect((await browser.request('/read')).body).toBe('1')
  })

  it('answers 304 to a browser that has the file already', async () => {
    const browser = await start((app) =>
      app.get('/', (_, response) => response.sendFile(import.meta.filename)),
    )
    const { headers } = await browser.request('/')
    const answer = await browser.request('/', {
      headers: { 'if-none-match': String(headers.etag) },
    })
    expect([answer.status, answer.body]).toEqual([304, ''])
  })

  describe('with a store that is down', () => {
    const down = (failed: string) =>
      new InterceptedStore((operation) => {
        if (operation === failed) throw new Error('the store is down')
      })
    const routes: [string, (app: Express) => void][] = [
      ['json', (app) => app.get('/', (_, response) => void response.json([1]))],
      ['redirect', (app) => app.get('/', (_, response) => response.redirect('/read'))],
      ['sendFile', (app) => app.get('/', (_, response) => response.sendFile(import.meta.filename))],
      ['async', (app) => app.get('/', async (_, response) => void response.send('text'))],
    ]

    it.each(routes)('passes the error of the commit to the error handler: %s', async (_, route) => {
      const browser = await start((app) => {
        route(app)
        app.use(showError)
      }, down('create'))
      const answer = await browser.request('/')
      expect([answer.status, answer.setCookies]).toEqual([503, []])
      expect(JSON.parse(answer.body)).toEqual({ code: 'ERR_SESSION_STORE' })
      expect(answer.headers).not.toHaveProperty('location')
    })

    it.each(routes)('answers 503 with the error handler of Express: %s', async (_, route) => {
      const browser = await start((app) => {
        app.set('env', 'test')
        route(app)
      }, down('create'))
      const answer = await browser.request('/')
      expect([answer.status, answer.setCookies]).toEqual([503, []])
    })

    it('passes the error of the load to the error handler, and runs no route', async () => {
      const store = new InterceptedStore()
      let runs = 0
      const browser = await start((app) => {
        app.get('/', (_, response) => {
          runs += 1
          response.send('text')
        })
        app.use(showError)
      }, store)
      await browser.request('/')
      store.before = down('read').before
      const answer = await browser.request('/')
      expect([answer.status, answer.setCookies, runs]).toEqual([503, [], 1])
      store.before = () => {}
      expect((await browser.request('/read')).body).toBe('1')
    })
  })

  it.each<[string, (app: Express) => void]>([
    ['of the application', (app) => app.use(showError)],
    ['of Express', (app) => app.set('env', 'test')],
  ])(
    'tells a visitor whose id was replaced when to try again, by the error handler %s',
    async (_, handle) => {
      const browser = await start((app) => {
        app.get('/', (_, response) => void response.send('text'))
        handle(app)
      })
      await browser.request('/')
      const old = browser.clone()
      await browser.request('/new-id')
      const answer = await old.request('/')
      expect([answer.status, answer.headers['retry-after']]).toEqual([409, '1'])
    },
  )

  it.each<[string, Parameters<typeof start>[0]]>([
    [
      'throws',
      (app) =>
        app.get('/', () => {
          throw new Error('of the route')
        }),
    ],
    ['rejects', (app) => app.get('/', () => Promise.reject(new Error('of the route')))],
    ['passes an error on', (app) => app.get('/', (_request, _response, next) => next(new Error()))],
  ])('stores nothing for a route that %s', async (_, route) => {
    const browser = await start((app) => {
      app.set('env', 'test')
      route(app)
    })
    const answer = await browser.request('/')
    expect([answer.status, answer.setCookies]).toEqual([500, []])
    expect((await browser.request('/read')).body).toBe('null')
  })
})
