/**
 * The values of the cookies called exactly `name` in a `Cookie` header, in order, at most `limit`.
 * Reads as browsers write (RFC 6265bis, section 5.8.3): pairs are separated by `;`, names are
 * case-sensitive and not decoded, quotes mean nothing. Never throws; takes linear time.
 */
export function cookieValues(header: string, name: string, limit: number): string[] {
  const values: string[] = []
  let start = 0
  while (start < header.length && values.length < limit) {
    const semicolon = header.indexOf(';', start)
    const end = semicolon < 0 ? header.length : semicolon
    const nameStart = skipBlanks(header, start, end)
    const nameEnd = nameStart + name.length
    if (header[nameEnd] === '=' && nameEnd < end && header.startsWith(name, nameStart)) {
      values.push(header.slice(nameEnd + 1, end).replace(trailingBlanks, ''))
    }
    start = end + 1
  }
  return values
}

const trailingBlanks = /(?<![ \t])[ \t]+$/

/** Only space and tab are blank: `trim()` would also drop U+00A0 and let a look-alike name pass. */
function skipBlanks(text: string, from: number, to: number): number {
  let position = from
  while (position < to && (text[position] === ' ' || text[position] === '\t')) position += 1
  return position
}
