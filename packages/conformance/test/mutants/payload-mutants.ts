import type { SessionToStore } from '@mako-session/core'
import type { Mutant } from '../mutant.ts'

const mebibyte = 2 ** 20

/** Wrong payloads. */
export const payloadMutants: Readonly<Record<string, Mutant>> = {
  'an empty payload is missing': {
    fails: ['payload/empty'],
    rules: { isLive: ({ payload, deadline }, now) => payload !== '' && now < deadline },
  },
  'payload ends at NUL': kept('payload/nul-and-control', (text) => text.replace(/\0.*/s, '')),
  'control characters are dropped': kept('payload/nul-and-control', (text) =>
    text.replace(/\p{Cc}/gu, (found) => (/\s/.test(found) ? found : '')),
  ),
  'payload goes through latin1': kept('payload/astral-and-combining', (text) =>
    Buffer.from(text, 'latin1').toString('latin1'),
  ),
  'payload is cut to the basic plane': kept('payload/astral-and-combining', (text) =>
    text.replace(/[\u{10000}-\u{10ffff}]/gu, '?'),
  ),
  'payload is normalised': kept('payload/astral-and-combining', (text) => text.normalize('NFC')),
  'byte order mark is stripped': kept('payload/bom-crlf-u2028', (text) =>
    text.replace(/^\ufeff/, ''),
  ),
  'line ends are unified': kept('payload/bom-crlf-u2028', (text) => text.replace(/\r\n/g, '\n')),
  'trailing space is trimmed': kept('payload/trailing-space', (text) => text.replace(/ +$/, '')),
  'payload is parsed and written as JSON': kept(
    'payload/looks-like-null-number-json-sql-path',
    (text) => {
      try {
        return JSON.stringify(JSON.parse(text))
      } catch {
        return text
      }
    },
  ),
  'payload is cut at 65 535 bytes': kept('payload/64k-boundary', (text) => cut(text, 65_535)),
  'payload is cut below 1 MiB': kept('payload/one-mebibyte', (text) => cut(text, mebibyte - 1)),
  'payload is cut above 1 MiB': kept('payload/too-large-rejects-and-keeps-old', (text) =>
    cut(text, mebibyte),
  ),
  'too large a payload is taken for a conflict': {
    fails: ['payload/too-large-rejects-and-keeps-old'],
    wrap: (store) => ({
      create: async (key, session) => !isTooLarge(session) && store.create(key, session),
      update: async (key, version, session) =>
        !isTooLarge(session) && store.update(key, version, session),
    }),
  },
  'too large a payload loses the record': {
    fails: ['payload/too-large-rejects-and-keeps-old'],
    wrap: (store) => ({
      async update(key, expectedVersion, session) {
        if (!isTooLarge(session)) return store.update(key, expectedVersion, session)
        await store.delete(key)
        throw new RangeError('too large')
      },
    }),
  },
}

function kept(caseId: string, keep: (payload: string) => string): Mutant {
  return { fails: [caseId], rules: { keep } }
}

function cut(text: string, bytes: number): string {
  return Buffer.from(text).subarray(0, bytes).toString()
}

function isTooLarge({ payload }: SessionToStore): boolean {
  return Buffer.byteLength(payload) > mebibyte
}
