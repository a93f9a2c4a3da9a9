import { expect, it } from 'vitest'
import type { ServedVisitors } from './replaced-id-promises.ts'
import type { Act } from './session-act.ts'

const requests = Array.from({ length: 100 }, (_, index) => index)

/** Tests that requests of several processes which change one value in place keep all their changes. */
export function testChangesInPlace({ serverOf, newSession }: ServedVisitors): void {
  const changeAtOnce = async (cookie: string, act: (request: number) => Act) => {
    const replies = requests.map((index) => serverOf(index).request(cookie, [act(index)]))
    for (const { status } of await Promise.all(replies)) expect(status).toBe(200)
  }
  const stored = async (cookie: string, key: string) =>
    (await serverOf(1).request(cookie, [['get', key]])).results[0]

  it('keeps 100 items that are added to one list at once', async () => {
    const { cookie } = await newSession(['put', 'cart', []])
    await changeAtOnce(cookie, (index) => ['push', 'cart', index])
    const cart = await stored(cookie, 'cart')
    const items = Array.isArray(cart) ? cart.sort((one, other) => one - other) : cart
    expect(items).toEqual(requests)
  })

  it('keeps 100 fields that are set in one object at once', async () => {
    const { cookie } = await newSession(['put', 'profile', {}])
    await changeAtOnce(cookie, (index) => ['setField', 'profile', `field ${index}`])
    const fields = requests.map((index) => [`field ${index}`, true])
    expect(await stored(cookie, 'profile')).toEqual(Object.fromEntries(fields))
  })
}
