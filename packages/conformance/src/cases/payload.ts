import assert from 'node:assert/strict'
import { defineCase, type RunnableCase } from '../conformance-case.ts'
import type { CaseContext } from '../context/case-context.ts'
import { assertAbsent, assertHolds, createRecord } from '../context/record-assertions.ts'

const mebibyte = 2 ** 20

/** Payloads come back exactly as they were written. */
export const payloadCases: readonly RunnableCase[] = [
  roundTrip('empty', 'an empty payload comes back as an empty payload', () => ['']),
  roundTrip('nul-and-control', 'NUL and all control characters come back', () => [
    '\0',
    'a\0b\0',
    range(0, 0x1f),
    range(0x7f, 0x9f),
  ]),
  roundTrip(
    'astral-and-combining',
    'characters of several planes come back without normalisation',
    () => [
      'é e\u0301 \u212b \u00e5 \ufb01 \ud7a3 \u1112\u1161\u11ab',
      '𝒳 😀 👩‍👩‍👧‍👦 \u{10ffff} \u{1fffe}',
      'שלום \u202e مرحبا \u200b\u00ad\u00a0',
      '\ufffd\uffff\ufdd0',
    ],
  ),
  roundTrip('bom-crlf-u2028', 'byte order marks and line ends of every kind come back', () => [
    '\ufeffa',
    'a\ufeff',
    'a\r\nb\rc\nd',
    '\r\n',
    'a\u2028b\u2029c\u0085d',
  ]),
  roundTrip(
    'trailing-space',
    'white space at the start and at the end of a payload comes back',
    () => ['a ', ' a', ' ', 'a\n', '\na', 'a\t', 'a\u3000'],
  ),
  roundTrip(
    'looks-like-null-number-json-sql-path',
    'text that looks like null, a number, JSON, SQL or a path comes back as the same text',
    () => [
      ...['null', 'undefined', 'false', 'NaN', '0', '-0', '007', '1e3', '12345678901234567890'],
      ...['{}', '[]', '""', '{ "b" : 1, "a" : 1.0 }', '[1, 2]', '{"__proto__":{}}', '"\\u0041"'],
      ...["'; DROP TABLE sessions; --", '%', '_', '\\', "\\'", '?', ':name', '$1', '$&{{1}}'],
      ...[
        '../../etc/passwd',
        '/',
        '.',
        'C:\\nul',
        '%00',
        '%2e',
        '*',
        '<b>&amp;</b>',
        'a:b,c;d\te|f',
      ],
    ],
  ),
  roundTrip('64k-boundary', 'payloads around 64 KiB come back whole', () =>
    [65_535, 65_536, 65_537].flatMap((bytes) => ['x'.repeat(bytes), textOf(bytes)]),
  ),
  roundTrip(
    'one-mebibyte',
    'payloads of 1 MiB, and of maxPayloadBytes, come back whole',
    (context) =>
      [...new Set([mebibyte, largest(context)])].flatMap((bytes) => [
        'x'.repeat(bytes),
        textOf(bytes),
      ]),
  ),
  defineCase({
    id: 'payload/too-large-rejects-and-keeps-old',
    title:
      'a payload above maxPayloadBytes is stored whole, or the write rejects and changes nothing',
    clause: 'S6',
    async run(context) {
      const store = await context.open()
      for (const bytes of [largest(context) + 1, 4 * largest(context)]) {
        const { key, session } = await createRecord(context, store)
        const large = context.session({ payload: textOf(bytes) })
        const updated = await taken(() => store.update(key, session.version, large))
        await assertHolds(store, { key, session: updated ? large : session })
        const other = context.key()
        if (await taken(() => store.create(other, large))) {
          await assertHolds(store, { key: other, session: large })
        } else await assertAbsent(store, other, 'after a create that rejected')
      }
    },
  }),
]

function roundTrip(
  name: string,
  title: string,
  payloads: (context: CaseContext) => readonly string[],
): RunnableCase {
  return defineCase({
    id: `payload/${name}`,
    title,
    clause: 'S6',
    async run(context) {
      const [store, other] = [await context.open(), await context.open()]
      const { key, session } = await createRecord(context, store)
      let current = session.version
      for (const payload of payloads(context)) {
        await assertHolds(other, await createRecord(context, store, { payload }))
        const next = context.session({ payload })
        assert.equal(await store.update(key, current, next), true, 'update')
        await assertHolds(other, { key, session: next })
        current = next.version
      }
    },
  })
}

/** Whether the write resolved true. It may also reject, but it may not resolve false. */
async function taken(write: () => Promise<boolean>): Promise<boolean> {
  let answer: boolean
  try {
    answer = await write()
  } catch {
    // S6 allows any error here. The case then reads what the store holds.
    return false
  }
  assert.equal(answer, true, 'the answer of a write that is too large and did not reject')
  return true
}

function largest({ subject }: CaseContext): number {
  return subject.maxPayloadBytes ?? mebibyte
}

function range(first: number, last: number): string {
  return Array.from({ length: last - first + 1 }, (_, at) => String.fromCodePoint(first + at)).join(
    '',
  )
}

/**
 * Text of so many bytes of UTF-8. It repeats characters of one to four bytes, so that a store which cuts
 * bytes is likely to cut inside a character.
 */
function textOf(bytes: number): string {
  const piece = 'aé€😀'
  const pieces = piece.repeat(Math.floor(bytes / Buffer.byteLength(piece)))
  return pieces + 'z'.repeat(bytes - Buffer.byteLength(pieces))
}
