import { describe, expect, it } from 'vitest'
import { checkOptionNames, MemoryStore, SessionManager } from '../../src/index.ts'
import { secret } from '../support/new-sessions.ts'

const store = new MemoryStore()

/** Options that TypeScript refuses. An application in JavaScript can pass them. */
function misspelt(options: object): never {
  return options as never
}

describe('checkOptionNames', () => {
  it.each([
    ['tabel', 'table'],
    ['TABLE', 'table'],
    ['connectionlimit', 'connectionLimit'],
  ])('names the option that is spelt most like "%s"', (name, nearest) => {
    expect(() => checkOptionNames('AnyStore', { [name]: 1 }, ['table', 'connectionLimit'])).toThrow(
      new TypeError(
        `AnyStore has no option "${name}". Did you mean "${nearest}"? Its options are: table, connectionLimit.`,
      ),
    )
  })

  it('makes no guess for a name that is spelt quite differently', () => {
    expect(() => checkOptionNames('AnyStore', { expires: 1 }, ['table', 'prefix'])).toThrow(
      new TypeError('AnyStore has no option "expires". Its options are: table, prefix.'),
    )
  })

  it.each([null, 'table', 7])('refuses %j in the place of the options', (options) => {
    expect(() => checkOptionNames('AnyStore', misspelt(options as never), ['table'])).toThrow(
      new TypeError('The options of AnyStore must be an object'),
    )
  })
})

describe('a misspelt option', () => {
  it.each([
    [
      'SessionManager',
      () => new SessionManager(misspelt({ store, secrets: secret, idleTimout: 60 })),
    ],
    [
      'cookie',
      () => new SessionManager({ store, secrets: secret, cookie: misspelt({ samesite: 'lax' }) }),
    ],
    ['MemoryStore', () => new MemoryStore(misspelt({ maxSesions: 10 }))],
  ])('of %s throws', (owner, construct) => {
    expect(construct).toThrow(new RegExp(`^${owner} has no option .* Did you mean`))
  })

  it('of load rejects', async () => {
    const sessions = new SessionManager({ store, secrets: secret, gcInterval: false })
    await expect(sessions.load('', misspelt({ requestobject: {} }))).rejects.toThrow(
      'load has no option "requestobject". Did you mean "requestObject"?',
    )
  })
})
