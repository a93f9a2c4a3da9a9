import type { ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import type { Answer } from '../support/browser.ts'
import { slowServer } from './node-server.ts'

type Send = (response: ServerResponse) => unknown

const ours = expect.stringMatching(/^__Host-session=/)

async function ask(send: Send): Promise<Answer> {
  const browser = await slowServer(send)
  return browser.request('/')
}

describe('writeHead of a held response', () => {
  it.each<[string, Send]>([
    ['an object', (response) => response.writeHead(201, { 'x-app': 'yes', 'set-cookie': 'app=1' })],
    [
      'an object with a list',
      (response) => response.writeHead(201, { 'x-app': 'yes', 'set-cookie': ['app=1'] }),
    ],
    ['a flat list', (response) => response.writeHead(201, ['X-App', 'yes', 'Set-Cookie', 'app=1'])],
    [
      'a list of pairs',
      (response) =>
        response.writeHead(201, [
          ['X-App', 'yes'],
          ['Set-Cookie', 'app=1'],
        ] as never),
    ],
    [
      'an object after a message',
      (response) => response.writeHead(201, 'Created', { 'x-app': 'yes', 'set-cookie': 'app=1' }),
    ],
    [
      'an object after undefined',
      (response) => response.writeHead(201, undefined, { 'x-app': 'yes', 'set-cookie': 'app=1' }),
    ],
    [
      'headers that were set before',
      (response) => {
        response.setHeader('x-app', 'no')
        response.setHeader('set-cookie', 'app=1')
        response.writeHead(201, { 'x-app': 'yes' })
      },
    ],
  ])('takes %s, and sends our cookie beside its own', async (_, writeHead) => {
    const { status, statusMessage, headers, setCookies } = await ask((response) => {
      writeHead(response)
      response.end()
    })
    expect([status, statusMessage, headers['x-app']]).toEqual([201, 'Created', 'yes'])
    expect(setCookies).toEqual(['app=1', ours])
  })

  it.each<[string, Send]>([
    [
      'a flat list',
      (response) => response.writeHead(200, ['Set-Cookie', 'a=1', 'set-cookie', 'b=2']),
    ],
    [
      'pairs',
      (response) =>
        response.writeHead(200, [
          ['Set-Cookie', 'a=1'],
          ['Set-Cookie', ['b=2']],
        ] as never),
    ],
  ])(
    'sends both values of a name that is given twice in %s, and none that was set before',
    async (_, writeHead) => {
      const { setCookies } = await ask((response) => {
        response.setHeader('Set-Cookie', ['before=1'])
        writeHead(response)
        response.end()
      })
      expect(setCookies).toEqual(['a=1', 'b=2', ours])
    },
  )

  it.each<[string, Send, string]>([
    ['as an argument', (response) => response.writeHead(200, 'Fine').end(), 'Fine'],
    [
      'as a property',
      (response) => {
        response.statusMessage = 'Well'
        response.end()
      },
      'Well',
    ],
    [
      'as a property before writeHead',
      (response) => {
        response.statusMessage = 'Well'
        response.writeHead(200).end()
      },
      'Well',
    ],
    ['of Node for an unknown status', (response) => response.writeHead(299).end(), 'unknown'],
  ])('takes the status message %s', async (_, send, expected) => {
    expect((await ask(send)).statusMessage).toBe(expected)
  })

  it.each<[string, Send, string]>([
    [
      'a status that is out of range',
      (response) => response.writeHead(1),
      'ERR_HTTP_INVALID_STATUS_CODE',
    ],
    [
      'no status',
      (response) => response.writeHead(undefined as never),
      'ERR_HTTP_INVALID_STATUS_CODE',
    ],
    [
      'a message with a line break',
      (response) => response.writeHead(200, 'a\r\nb'),
      'ERR_INVALID_CHAR',
    ],
    [
      'a value with a line break',
      (response) => response.writeHead(200, { 'content-length': 9, 'x-app': 'a\r\nb' }),
      'ERR_INVALID_CHAR',
    ],
    [
      'a name with a blank',
      (response) => response.writeHead(200, { 'content-length': 9, 'x app': 'a' }),
      'ERR_INVALID_HTTP_TOKEN',
    ],
    [
      'an undefined value',
      (response) => response.writeHead(200, { 'x-app': undefined }),
      'ERR_HTTP_INVALID_HEADER_VALUE',
    ],
    [
      'an undefined value in a list',
      (response) => response.writeHead(200, ['x-app', undefined] as never),
      'ERR_HTTP_INVALID_HEADER_VALUE',
    ],
    [
      'a name without a value',
      (response) => response.writeHead(200, ['x-app']),
      'ERR_INVALID_ARG_VALUE',
    ],
    [
      'a status that was set',
      (response) => {
        response.statusCode = 1
        response.end()
      },
      'ERR_HTTP_INVALID_STATUS_CODE',
    ],
    ['a body of the wrong type', (response) => response.end(1), 'ERR_INVALID_ARG_TYPE'],
    ['a chunk of the wrong type', (response) => response.write(1), 'ERR_INVALID_ARG_TYPE'],
  ])(
    'throws from the call what Node would throw, and the response can still be sent: %s',
    async (_, send, code) => {
      let thrown: unknown
      const answer = await ask((response) => {
        try {
          send(response)
        } catch (error) {
          thrown = error
          response.writeHead(200, { 'x-app': 'yes' }).end('another text')
        }
      })
      expect(thrown).toMatchObject({ code })
      expect([answer.status, answer.headers['x-app'], answer.body]).toEqual([
        200,
        'yes',
        'another text',
      ])
      expect(answer.setCookies).toEqual([ours])
    },
  )
})
