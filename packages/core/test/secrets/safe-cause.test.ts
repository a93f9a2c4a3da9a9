import { inspect } from 'node:util'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { safeCause } from '../../src/secrets/safe-cause.ts'

const secret = 'the-text-that-must-not-be-shown'
const withoutSecret = (text: string) => text.replaceAll(secret, '…')
const shown = (thrown: unknown) =>
  inspect(safeCause(thrown, withoutSecret), { depth: null, showHidden: true })

/** An error as drivers make it: what was sent stands in properties. */
function driverError(properties: object, message = 'it failed'): Error {
  return Object.assign(new Error(message), properties)
}

describe('safeCause', () => {
  it('keeps what tells why a call failed', () => {
    const error = driverError({
      ...{ code: 'EACCES', errno: -13, syscall: 'open', path: '/sessions/ab', sqlState: '42S02' },
      ...{ address: '127.0.0.1', port: 6379, hostname: 'redis.example' },
    })
    error.name = 'ReplyError'
    const copy = safeCause(error, withoutSecret)
    expect(copy).not.toBe(error)
    expect(copy).toMatchObject({ ...error, name: 'ReplyError', message: 'it failed' })
    expect(String(copy)).toBe('ReplyError: it failed')
    expect(copy.stack?.split('\n').slice(1)).toEqual(error.stack?.split('\n').slice(1))
  })

  it.each<[string, unknown]>([
    ['the arguments of a command', driverError({ command: { name: 'set', args: [secret] } })],
    ['a statement', driverError({ sql: 'INSERT must-not', sqlMessage: 'must-not' })],
    ['parameters and details', driverError({ parameters: ['must-not'], detail: 'must-not' })],
    ['a symbol or hidden property', hidden()],
    ['its words', driverError({}, `Duplicate entry '${secret}'`)],
    ['a field that is kept', driverError({ code: secret, path: `/${secret}` })],
    ['a cause', new Error('a', { cause: driverError({ sql: secret }, secret) })],
    ['one of several errors', new AggregateError([driverError({ sql: secret }, secret)])],
    ['a name', Object.assign(new Error('a'), { name: `Error of ${secret}` })],
    ['a cause that is no error', new Error('a', { cause: secret })],
    ['text', `failed: ${secret}`],
    ['an object that is no error', { message: secret, name: secret, sql: secret }],
    ['a function', Object.assign(() => secret, { message: secret })],
    ['words with lines that look like frames', new Error(`a\n    at ${secret} (a.js:1:1)`)],
    ['a stack of earlier words', withOtherWords()],
    ['the words of a parser', parserError()],
    ['the words of a parser of another realm', runInNewContext('new SyntaxError("must-not")')],
  ])('leaves out what must not be shown: %s', (_, thrown) => {
    expect(shown(thrown)).not.toContain('must-not')
  })

  it('keeps the words of causes and of several errors', () => {
    const refused = driverError({ code: 'ECONNREFUSED' }, 'connect ECONNREFUSED ::1:6379')
    const error = new AggregateError([refused], '', { cause: new Error('a failed query') })
    const text = shown(error)
    for (const words of ['connect ECONNREFUSED ::1:6379', 'a failed query', 'AggregateError']) {
      expect(text).toContain(words)
    }
  })

  it('ends where errors refer to each other, and where they are many', () => {
    const error = new Error('a')
    error.cause = error
    expect(shown(error).length).toBeLessThan(50_000)
    const many = () => new AggregateError(Array.from({ length: 1_000 }, () => error))
    expect(shown(new AggregateError([many(), many(), many()])).length).toBeLessThan(50_000)
  })

  it('takes a part of long words', () => {
    expect(safeCause(new Error('x'.repeat(5_000)), (text) => text).message).toHaveLength(1_000)
  })

  it.each([undefined, null, 5, Symbol('a'), {}, unreadable()])(
    'accepts whatever is thrown',
    (thrown) => {
      expect(safeCause(thrown, withoutSecret)).toBeInstanceOf(Error)
    },
  )
})

function hidden(): Error {
  const error = driverError({ [Symbol('query')]: secret })
  return Object.defineProperty(error, 'query', { value: secret })
}

function withOtherWords(): Error {
  const error = new Error(secret)
  error.message = 'other'
  return error
}

function parserError(): unknown {
  try {
    return JSON.parse('must-not')
  } catch (error) {
    return error
  }
}

function unreadable(): object {
  const refuse = () => {
    throw new Error('no')
  }
  return new Proxy(new Error('a'), { get: refuse })
}
