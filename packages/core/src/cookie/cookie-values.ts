/**
 * The values of the cookies called exactly `name` in a `Cookie` header, in order, at most `limit`.
 * It reads the header as browsers write it (RFC 6265bis, section 5.8.3): pairs are separated by `;`, names are
 * case-sensitive and not decoded, quotes mean nothing. It never throws and takes linear time.
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
      values.push(header.slice(nameEnd + 1, endOfText(header, nameEnd, end)))
    }
    start = end + 1
  }
  return values
}

function skipBlanks(text: string, from: number, to: number): number {
  let position = from
  while (position < to && isBlank(text[position])) position += 1
  return position
}

function endOfText(text: string, from: number, to: number): number {
  let position = to
  while (position > from && isBlank(text[position - 1])) position -= 1
  return position
}

/** Only space and tab: `trim()` would also drop U+00A0 and let a look-alike name pass. */
function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t'
}
