import { describe, expect, it } from 'vitest'
import { copyOf, type Fields, merged, sorted } from './merged-edits.ts'

interface Item {
  id: number
  count: number
}

interface Order {
  items: Item[]
  visits: number
  total: number
  theme: string
  isOpen: boolean
  coupon: string | null
  note?: string
  address: { street: string; city: string; phone?: string }
  wishes: string[]
  seen: number[]
  filters: Record<string, string>
  steps: Record<string, { done: boolean; at: number }>
}

const base: Order = {
  items: [
    { id: 1, count: 1 },
    { id: 2, count: 5 },
  ],
  visits: 3,
  total: 6,
  theme: 'light',
  isOpen: false,
  coupon: 'SPRING',
  note: 'ring twice',
  address: { street: 'High Street 1', city: 'Bern' },
  wishes: [],
  seen: [7, 8, 9],
  filters: { color: 'red' },
  steps: { cart: { done: true, at: 1 }, pay: { done: false, at: 0 } },
}

/** What applications do in place with such a value. */
const edits: Record<string, (it: Order) => unknown> = {
  'adds an item': (it) => it.items.push({ id: 3, count: 1 }),
  'adds another item': (it) => it.items.push({ id: 4, count: 1 }),
  'adds two items': (it) => it.items.push({ id: 5, count: 1 }, { id: 6, count: 1 }),
  'puts an item in front': (it) => it.items.unshift({ id: 8, count: 1 }),
  'removes the first item': (it) => it.items.shift(),
  'removes the last item': (it) => it.items.pop(),
  'removes an item by its id': (it) => {
    it.items = it.items.filter(({ id }) => id !== 1)
  },
  'empties the items': (it) => {
    it.items = []
  },
  'sorts the items': (it) => it.items.sort((a, b) => b.id - a.id),
  'counts an item up': (it) => Object.assign(it.items[0] ?? {}, { count: 9 }),
  'counts a visit': (it) => {
    it.visits += 1
  },
  'counts two visits': (it) => {
    it.visits += 2
  },
  'takes a visit back': (it) => {
    it.visits -= 1
  },
  'sets the total': (it) => {
    it.total = 12
  },
  'chooses the dark theme': (it) => {
    it.theme = 'dark'
  },
  'chooses the blue theme': (it) => {
    it.theme = 'blue'
  },
  'toggles the panel': (it) => {
    it.isOpen = !it.isOpen
  },
  'opens the panel': (it) => {
    it.isOpen = true
  },
  'takes the coupon away': (it) => {
    it.coupon = null
  },
  'changes the coupon': (it) => {
    it.coupon = 'SUMMER'
  },
  'removes the note': (it) => {
    delete it.note
  },
  'changes the note': (it) => {
    it.note = 'leave it at the door'
  },
  'changes the street': (it) => {
    it.address.street = 'Low Street 2'
  },
  'adds a phone': (it) => {
    it.address.phone = '031'
  },
  'replaces the address': (it) => {
    it.address = { street: 'Main Street 3', city: 'Basel' }
  },
  'wishes for a pear': (it) => it.wishes.push('pear'),
  'wishes for a plum': (it) => it.wishes.push('plum'),
  'wishes for nothing but a fig': (it) => {
    it.wishes = ['fig']
  },
  'keeps the last three seen': (it) => {
    it.seen = [...it.seen, 10].slice(-3)
  },
  'adds a filter': (it) => {
    it.filters.size = 'M'
  },
  'changes a filter': (it) => {
    it.filters.color = 'blue'
  },
  'clears the filters': (it) => {
    it.filters = {}
  },
  'finishes a step': (it) => {
    it.steps.pay = { done: true, at: 2 }
  },
}

/** Mine and theirs of the pairs in which both succeed wrongly. The README names both kinds. */
const notSeen = [
  'toggles the panel | toggles the panel',
  'wishes for nothing but a fig | wishes for a pear',
  'wishes for nothing but a fig | wishes for a plum',
]

const after = (...names: readonly string[]): Fields => {
  const order = copyOf(base)
  for (const name of names) edits[name]?.(order)
  return order as unknown as Fields
}

describe('Two requests that edit one order of a shop in place', () => {
  it('get what one after the other would have made, or one gets 409: each pair of 33 edits', () => {
    const names = Object.keys(edits)
    const wrong = new Set<string>()
    const refused = new Set<string>()
    for (const mine of names) {
      for (const theirs of names) {
        const result = merged(base, after(mine), after(theirs))
        const serial = [after(theirs, mine), after(mine, theirs)].map(sorted)
        if (result === undefined) refused.add(`${mine} | ${theirs}`)
        else if (!serial.includes(sorted(result))) wrong.add(`${mine} | ${theirs}`)
      }
    }
    expect(names).toHaveLength(33)
    expect([...wrong].sort()).toEqual(notSeen)
    expect(refused.size).toBeLessThan(names.length ** 2 / 5)
  })

  it('both keep edits of different fields', () => {
    const fieldOf = (name: string) => {
      const [before, now] = [copyOf(base) as unknown as Fields, after(name)]
      const fields = new Set([...Object.keys(before), ...Object.keys(now)])
      return [...fields].find((it) => sorted(before[it] ?? null) !== sorted(now[it] ?? null))
    }
    const names = Object.keys(edits)
    for (const mine of names) {
      for (const theirs of names.filter((it) => fieldOf(it) !== fieldOf(mine))) {
        const result = merged(base, after(mine), after(theirs))
        expect(sorted(result), `${mine} | ${theirs}`).toBe(sorted(after(theirs, mine)))
      }
    }
  })
})
