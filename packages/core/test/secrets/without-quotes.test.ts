import { describe, expect, it } from 'vitest'
import { withoutQuotes } from '../../src/secrets/without-quotes.ts'

const text =
  '{"format":1,"userId":"jane@example.com"}\ndata\t"city"\t"Reykjavík"\ndata\t"pin"\t"1234"'
const mark = '[the rest is left out, because it quotes the session]'

describe('withoutQuotes', () => {
  it.each([
    '',
    'a',
    'connect ECONNREFUSED 127.0.0.1:6379',
    "EACCES: permission denied, open '/sessions/3f/3fa0'",
    "Table 'test.mako_sessions' doesn't exist",
  ])('leaves a message that quotes nothing as it is: %j', (message) => {
    expect(withoutQuotes(message, text)).toBe(message)
    expect(withoutQuotes(message, '')).toBe(message)
  })

  it.each([
    [`Duplicate entry '${text}' for key 1`, "Duplicate entry '"],
    [`near '${text.slice(20)}'`, "near '"],
    ["with args beginning with: 'key' 'jane@example.com' ", "with args beginning with: 'key' '"],
    ['ne@examp', ''],
    ['Wrong value: "Reykjavík", 1234', 'Wrong value: '],
  ])('ends a message where it quotes the text: %j', (message, kept) => {
    expect(withoutQuotes(message, text)).toBe(kept + mark)
  })

  it('finds each run of eight characters, wherever it begins and ends', () => {
    for (let start = 0; start + 8 <= text.length; start += 1) {
      const run = text.slice(start, start + 8)
      expect(withoutQuotes(`<< ${run} >>`, text), run).not.toContain(run)
    }
  })

  it('takes a run of seven characters for chance', () => {
    expect(withoutQuotes('e@examp', text)).toBe('e@examp')
  })

  it('ends at the first of several quotes', () => {
    expect(withoutQuotes('b Reykjavík jane@example.com', text)).toBe(`b ${mark}`)
    expect(withoutQuotes('a jane@example.com Reykjavík', text)).toBe(`a ${mark}`)
  })
})
