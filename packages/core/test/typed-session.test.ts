import { describe, expect, expectTypeOf, it } from 'vitest'
import type { Session } from '../src/index.ts'
import { newSessions } from './support/new-sessions.ts'

interface Shop {
  readonly cart: readonly string[]
  readonly visits: number
}

/** Checked by `pnpm types`: each expected error is one, or the compiler complains. */
describe('SessionManager<Data>', () => {
  it('knows the keys of its sessions and the types of their values', async () => {
    const session = await newSessions<Shop>().load(undefined)
    session.put('cart', ['apple'])
    session.update('visits', (visits) => visits + 1, 0)
    expectTypeOf(session).toEqualTypeOf<Session<Shop>>()
    expectTypeOf(session.get('cart')).toEqualTypeOf<readonly string[] | null>()
    expectTypeOf(session.get('visits', 0)).toEqualTypeOf<number>()
    expectTypeOf(session.getAndRemove('visits')).toEqualTypeOf<number | null>()
    expectTypeOf(session.getData()).toEqualTypeOf<Partial<Shop>>()
    expectTypeOf(session.update<'visits'>)
      .parameter(1)
      .returns.toEqualTypeOf<number>()
    // @ts-expect-error An unknown key.
    session.get('card')
    // @ts-expect-error A value of another type.
    session.put('visits', '2')
    // @ts-expect-error Without a default the value may be null.
    session.update('visits', (visits) => visits + 1)
    expect(session.get('cart')).toEqual(['apple'])
  })

  it('gives values of type unknown without Data', async () => {
    const session = await newSessions().load(undefined)
    session.put('any', { thing: 1 })
    expectTypeOf(session.get('any')).toEqualTypeOf<unknown>()
    // @ts-expect-error It has to be found out first.
    session.get('any').thing
    expect(session.get('any')).toEqual({ thing: 1 })
  })
})
