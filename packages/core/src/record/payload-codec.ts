import { keyPattern } from '../options/check-store-arguments.ts'
import type { FlashEntry, SessionContents } from './session-contents.ts'

/*
 * The text of a session: a header line of JSON, then a line for each value, its parts separated by
 * tabs.
 *
 *   {"format":1,"live":["…"],"createdAt":1760000000,"renewedAt":1760000100,…}
 *   data   "name"      "Jane"
 *   flash  "success"   "Saved"   <entry id>
 *
 * A value is parsed when it is first read, not with the session. A value that was not changed is written
 * back as it came.
 */

const format = 1

interface Header extends Partial<Omit<SessionContents, 'data' | 'flash'>> {
  readonly format: typeof format
  readonly live: readonly string[]
  readonly createdAt: number
  readonly renewedAt: number
}

export function encodePayload(contents: SessionContents): string {
  const { data, flash, replaced, isKept, tokens, forks, ...rest } = contents
  const header: Header = {
    format,
    ...rest,
    ...(replaced.length > 0 && { replaced }),
    ...(isKept && { isKept }),
    ...(tokens.length > 0 && { tokens }),
    ...(forks.length > 0 && { forks }),
  }
  let payload = JSON.stringify(header)
  for (const [key, text] of data) payload += `\ndata\t${JSON.stringify(key)}\t${text}`
  for (const [key, { text, entryId }] of flash) {
    payload += `\nflash\t${JSON.stringify(key)}\t${text}\t${entryId}`
  }
  return payload
}

/** The contents that a payload holds: `undefined` where it is not whole or not of this format. */
export function decodePayload(payload: string): SessionContents | undefined {
  const headerEnd = endOfLine(payload, 0)
  const header = parseJson(payload.slice(0, headerEnd))
  if (!isHeader(header)) return undefined
  const data = new Map<string, string>()
  const flash = new Map<string, FlashEntry>()
  for (let start = headerEnd + 1; start <= payload.length; ) {
    const end = endOfLine(payload, start)
    if (!decodeLine(payload.slice(start, end), data, flash)) return undefined
    start = end + 1
  }
  // Every request does this, so the fields are written out: spreading objects costs as much as a hash.
  return {
    live: header.live,
    replaced: header.replaced ?? [],
    replacedAt: header.replacedAt,
    createdAt: header.createdAt,
    boundAt: header.boundAt,
    authenticatedAt: header.authenticatedAt,
    renewedAt: header.renewedAt,
    userId: header.userId,
    isKept: header.isKept ?? false,
    tokens: header.tokens ?? [],
    forks: header.forks ?? [],
    data,
    flash,
  }
}

function decodeLine(
  line: string,
  data: Map<string, string>,
  flash: Map<string, FlashEntry>,
): boolean {
  const kindEnd = line.indexOf('\t')
  const keyEnd = line.indexOf('\t', kindEnd + 1)
  if (kindEnd < 0 || keyEnd < 0) return false
  const kind = line.slice(0, kindEnd)
  const key = parseKey(line.slice(kindEnd + 1, keyEnd))
  if (typeof key !== 'string') return false
  if (kind === 'data') {
    data.set(key, line.slice(keyEnd + 1))
    return true
  }
  const textEnd = line.lastIndexOf('\t')
  if (kind !== 'flash' || textEnd <= keyEnd) return false
  flash.set(key, { text: line.slice(keyEnd + 1, textEnd), entryId: line.slice(textEnd + 1) })
  return true
}

function parseKey(json: string): unknown {
  // Almost every key is plain text between quotes. Cutting it out takes half the time of JSON.parse.
  const isPlain = json[0] === '"' && json.indexOf('"', 1) === json.length - 1
  return isPlain && !json.includes('\\') ? json.slice(1, -1) : parseJson(json)
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // Not JSON: the caller finds that it is not what it expects either.
  }
}

function isHeader(value: unknown): value is Header {
  if (typeof value !== 'object' || value === null) return false
  const header = value as Partial<Record<keyof Header, unknown>>
  return (
    header.format === format &&
    isListOfTexts(header.live) &&
    Number.isSafeInteger(header.createdAt) &&
    Number.isSafeInteger(header.renewedAt) &&
    isAbsentOr(Number.isSafeInteger, header.replacedAt) &&
    isAbsentOr(Number.isSafeInteger, header.boundAt) &&
    isAbsentOr(Number.isSafeInteger, header.authenticatedAt) &&
    (header.userId === undefined || typeof header.userId === 'string') &&
    (header.isKept === undefined || header.isKept === true) &&
    isAbsentOr(isListOfTexts, header.replaced) &&
    isAbsentOr(isListOfTexts, header.tokens) &&
    isAbsentOr(isListOfForks, header.forks)
  )
}

function isAbsentOr(isOne: (value: unknown) => boolean, value: unknown): boolean {
  return value === undefined || isOne(value)
}

function isListOfTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((it) => typeof it === 'string')
}

function isListOfForks(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.every(
      (it) => typeof it?.key === 'string' && keyPattern.test(it.key) && Number.isSafeInteger(it.at),
    )
  )
}
