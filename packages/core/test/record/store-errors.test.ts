import { readFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { describe, expect, it } from 'vitest'
import { InterceptedStore } from '../support/intercepted-store.ts'
import { newSessions } from '../support/new-sessions.ts'

/** The error of a request whose store fails. */
async function errorOf(fail: () => unknown): Promise<unknown> {
  const sessions = newSessions({ store: new InterceptedStore(fail) })
  const session = await sessions.load(undefined)
  session.put('name', 'Jane')
  return sessions.commit(session).catch((error: unknown) => error)
}

function refusedConnection(): Promise<never> {
  return new Promise((_, reject) => {
    createConnection({ host: 'localhost', port: 1, autoSelectFamily: true }).on('error', reject)
  })
}

describe('ERR_SESSION_STORE', () => {
  it('says in the words of the store why it failed', async () => {
    const error = await errorOf(() => readFile(`${import.meta.filename}/session`))
    expect(error).toMatchObject({
      code: 'ERR_SESSION_STORE',
      message: expect.stringMatching(
        /^The session store's create failed: ENOTDIR: not a directory/,
      ),
      cause: { code: 'ENOTDIR', syscall: 'open' },
    })
  })

  it('says so in one line', async () => {
    const error = await errorOf(() => Promise.reject(new Error('first\n  second\n')))
    expect(String(error)).toBe("SessionError: The session store's create failed: first second")
  })

  it('names the code where there are no words', async () => {
    const error = await errorOf(refusedConnection)
    expect(String(error)).toContain('ECONNREFUSED')
  })

  it.each([undefined, new Error(''), {}])(
    'asks for the backend where neither is there: %o',
    async (thrown) => {
      const error = await errorOf(() => Promise.reject(thrown))
      expect(String(error)).toBe(
        "SessionError: The session store's create failed. Is its backend up and reachable?",
      )
    },
  )
})
