import { type } from 'arktype'
import * as v from 'valibot'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { MemoryStore, type Session, type TokenRule, tokenRule } from '../src/index.ts'
import { newSessions } from './support/new-sessions.ts'
import { Visitor } from './support/visitor.ts'

let store: MemoryStore
let visitor: Visitor<Record<string, unknown>>

beforeEach(() => {
  store = new MemoryStore()
  visitor = new Visitor(newSessions({ store }))
})

const issue = () => visitor.request((session) => session.generateToken())
const forged = 'x'.repeat(43)

/** The ways to hand the rule to a validator that does not await it. Each tells whether it accepted the token. */
const notAwaiting: Record<string, (rule: TokenRule, token: string) => boolean> = {
  'a form of ArkType': (rule, token) =>
    !(type({ token: rule, 'email?': 'string' })({ token }) instanceof type.errors),
  'the rule itself in ArkType': (rule, token) => !(type(rule)(token) instanceof type.errors),
  'a refinement of zod that looks for issues': (rule, token) => {
    const isValid = (it: string) => !('issues' in rule['~standard'].validate(it))
    return z.object({ token: z.string().refine(isValid) }).safeParse({ token }).success
  },
  'a check of valibot that looks for issues': (rule, token) => {
    const isValid = (it: string) => !('issues' in rule['~standard'].validate(it))
    return v.safeParse(v.object({ token: v.pipe(v.string(), v.check(isValid)) }), { token }).success
  },
  'code of your own': (rule, token) => {
    const result: object = rule['~standard'].validate(token)
    return Reflect.get(result, 'issues') === undefined
  },
}

/** The same for validators that await it. */
const awaiting: Record<string, (rule: TokenRule, token: string) => Promise<boolean>> = {
  'a refinement of zod': async (rule, token) => {
    const isValid = async (it: string) => !(await rule['~standard'].validate(it)).issues
    return (await z.object({ token: z.string().refine(isValid) }).safeParseAsync({ token })).success
  },
  'a check of valibot': async (rule, token) => {
    const isValid = v.checkAsync(
      async (it: string) => !(await rule['~standard'].validate(it)).issues,
    )
    const form = v.objectAsync({ token: v.pipeAsync(v.string(), isValid) })
    return (await v.safeParseAsync(form, { token })).success
  },
  'code of your own': async (rule, token) => !(await rule['~standard'].validate(token)).issues,
}

/** The rejections without a handler while `work` runs: each of them ends the process of an application. */
async function unhandled(work: () => unknown): Promise<unknown[]> {
  const found: unknown[] = []
  const note = (error: unknown) => found.push(error)
  process.on('unhandledRejection', note)
  onTestFinished(() => void process.off('unhandledRejection', note))
  await work()
  for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate)
  return found
}

describe('tokenRule', () => {
  for (const [name, accepts] of Object.entries(notAwaiting)) {
    it(`refuses a forged token that the validator does not wait for: ${name}`, async () => {
      await issue()
      await visitor.request((session) => expect(accepts(tokenRule(session), forged)).toBe(false))
    })

    it(`refuses a good token that the validator does not wait for: ${name}`, async () => {
      const token = await issue()
      await visitor.request((session) => expect(accepts(tokenRule(session), token)).toBe(false))
    })

    it(`does not end the process when the store is down and the validator does not wait: ${name}`, async () => {
      const token = await issue()
      const session = await newSessions({ store }).load(visitor.cookie)
      store.update = () => Promise.reject(new Error('The store is down'))
      let accepted = true
      const errors = await unhandled(() => {
        accepted = accepts(tokenRule(session), token)
      })
      expect([accepted, errors]).toEqual([false, []])
    })
  }

  for (const [name, accepts] of Object.entries(awaiting)) {
    it(`accepts a good token once, and no forged one, when the validator waits: ${name}`, async () => {
      const token = await issue()
      const accepted = (text: string) =>
        visitor.request((session) => accepts(tokenRule(session), text))
      expect(await accepted(forged)).toBe(false)
      expect(await accepted(token)).toBe(true)
      expect(await accepted(token)).toBe(false)
    })

    it(`rejects with 503 when the store is down and the validator waits: ${name}`, async () => {
      const token = await issue()
      const session = await newSessions({ store }).load(visitor.cookie)
      store.update = () => Promise.reject(new Error('The store is down'))
      const error = { code: 'ERR_SESSION_STORE', status: 503 }
      await expect(accepts(tokenRule(session), token)).rejects.toMatchObject(error)
    })
  }

  it('says in ArkType why it refuses', async () => {
    const rule = await visitor.request((session: Session) => tokenRule(session))
    const result = type({ token: rule })({ token: forged })
    expect(String(result)).toContain('does not wait for promises')
  })
})
