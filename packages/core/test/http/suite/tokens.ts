import { describe, expect, it } from 'vitest'
import { type Binding, type HttpVisitor, newHttpVisitor } from '../binding.ts'

export function describeTokens(binding: Binding): void {
  describe('a one-time token', () => {
    it('is accepted by a later request, once', async () => {
      const visitor = await newHttpVisitor(binding)
      const token = await visitor.ask((session) => session.generateToken())
      const found = [await validate(visitor, token), await validate(visitor, token)]
      expect(found).toEqual([true, false])
    })

    it('is accepted by one of many requests that bring it at the same time', async () => {
      const visitor = await newHttpVisitor(binding)
      const token = await visitor.ask((session) => session.generateToken())
      const begun = await Promise.all(
        Array.from({ length: 20 }, () =>
          visitor.clone().begin((session) => session.validateToken(token)),
        ),
      )
      const answers = await Promise.all(begun.map((it) => it.finish()))
      expect(answers.filter((it) => it.body === 'true')).toHaveLength(1)
      expect(answers.filter((it) => it.body === 'false')).toHaveLength(19)
    })

    it('is spent also when the request that brought it fails', async () => {
      const visitor = await newHttpVisitor(binding)
      const token = await visitor.ask((session) => session.generateToken())
      await visitor.visit(async (session) => {
        await session.validateToken(token)
        throw new Error('of the application')
      })
      expect(await validate(visitor, token)).toBe(false)
    })

    it('is refused for another visitor, and after a login', async () => {
      const visitor = await newHttpVisitor(binding)
      const token = await visitor.ask((session) => session.generateToken())
      const other = visitor.stranger()
      await other.visit((session) => session.generateToken())
      expect(await validate(other, token)).toBe(false)
      await visitor.visit((session) => session.bindUser('42'))
      expect(await validate(visitor, token)).toBe(false)
    })
  })

  describe('a csrf token', () => {
    it('is valid in all later requests of the session, together with other tokens', async () => {
      const visitor = await newHttpVisitor(binding)
      const tokens = [
        await visitor.ask((session) => session.csrfToken()),
        await visitor.ask((session) => session.csrfToken()),
      ]
      expect(tokens[0]).not.toBe(tokens[1])
      for (const token of [...tokens, ...tokens]) expect(await verify(visitor, token)).toBe(true)
    })

    it('is refused for another visitor, and after a change of id', async () => {
      const visitor = await newHttpVisitor(binding)
      const token = await visitor.ask((session) => session.csrfToken())
      const other = visitor.stranger()
      await other.visit((session) => session.csrfToken())
      expect(await verify(other, token)).toBe(false)
      await visitor.visit((session) => void session.regenerateId())
      expect(await verify(visitor, token)).toBe(false)
    })
  })
}

function validate(visitor: HttpVisitor, token: unknown): Promise<unknown> {
  return visitor.ask((session) => session.validateToken(token), { method: 'POST' })
}

function verify(visitor: HttpVisitor, token: unknown): Promise<unknown> {
  return visitor.ask((session) => session.verifyCsrfToken(token), { method: 'POST' })
}
