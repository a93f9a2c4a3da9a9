import assert from 'node:assert/strict'
import type { SessionToStore, Store, UserIndex } from '@mako-session/core'
import { defineCase, type RunnableCase } from '../conformance-case.ts'
import { type CaseContext, mainNamespace } from '../context/case-context.ts'
import { assertAbsent, assertHolds, createRecord } from '../context/record-assertions.ts'
import { brief } from '../operations/operation-log.ts'

/** A store that is called without regard to types, as by JavaScript. */
type Untyped = {
  readonly [Name in keyof (Store & UserIndex)]: (...given: readonly unknown[]) => Promise<unknown>
}

/** What a call of a store is given that the contract does not allow. */
export const contractCases: readonly RunnableCase[] = [
  contractCase(
    'refuses-keys-of-another-form',
    'every method refuses a key that is not 32 lower-case hex digits',
    async (context, store) => {
      const record = await createRecord(context, store)
      for (const key of alike(record.key)) {
        await assertRefused(context, store, 'read', key)
        await assertRefused(context, store, 'create', key, context.session())
        await assertRefused(
          context,
          store,
          'update',
          key,
          record.session.version,
          context.session(),
        )
        await assertRefused(context, store, 'delete', key)
      }
      await assertHolds(store, record)
    },
  ),
  contractCase(
    'refuses-versions-of-another-form',
    'create and update refuse a version that is not 22 base64url characters',
    async (context, store) => {
      const version = context.random.version()
      const wrong = [version.slice(1), `${version}A`, ` ${version.slice(1)}`, `${version}\n`]
      for (const each of [...wrong, '', 'é'.repeat(22), '+'.repeat(22), ...noText(version)]) {
        await assertRefusesPart(context, store, 'version', each)
        const { key, session } = await createRecord(context, store)
        await assertRefused(context, store, 'update', key, each, context.session())
        await assertHolds(store, { key, session })
      }
    },
  ),
  contractCase(
    'refuses-ttls-of-another-form',
    'create and update refuse a ttl that is not a whole number from 1 to 315 360 000',
    async (context, store) => {
      const numbers = [Number.NaN, 0, -0, -1, 0.5, 1.5, Infinity, -Infinity, 315_360_001]
      for (const each of [...numbers, '60', '', 60n, true, null, undefined, [60], new Date()]) {
        await assertRefusesPart(context, store, 'ttl', each)
      }
    },
  ),
  contractCase(
    'refuses-payloads-of-another-form',
    'create and update refuse a payload that is not well-formed text',
    async (context, store) => {
      const surrogates = [
        '\ud800',
        '\udfff',
        'a\ud83d',
        '\udc00\ud800',
        `${'x'.repeat(70_000)}\ud800`,
      ]
      for (const each of [...surrogates, Buffer.from('a'), {}, ...noText('text')]) {
        await assertRefusesPart(context, store, 'payload', each)
      }
    },
  ),
  contractCase(
    'refuses-user-keys-of-another-form',
    'every method refuses a user key that is not 64 lower-case hex digits',
    async (context, store) => {
      const userKey = `a${context.random.hex(63)}`
      const { key } = await createRecord(context, store, { userKey })
      for (const each of alike(userKey)) {
        if (each !== undefined) await assertRefusesPart(context, store, 'userKey', each)
        if (context.subject.userIndex) await assertRefused(context, store, 'findByUser', each)
      }
      if (!context.subject.userIndex) return
      const found = await (store as Store & UserIndex).findByUser(userKey)
      assert.deepEqual(found, [key], 'findByUser afterwards')
    },
  ),
]

function contractCase(
  name: string,
  title: string,
  run: (context: CaseContext, store: Store) => Promise<void>,
): RunnableCase {
  return defineCase({
    id: `contract/${name}`,
    title: `${title}: the call rejects with a TypeError and changes nothing`,
    clause: 'S13',
    since: 2,
    // Not by context.open(): a recorded store rejects also where the store throws at once.
    run: async (context) => run(context, await context.environment.open(mainNamespace)),
  })
}

/** Asserts that no write takes a session with this part, and that no record comes of it or is changed. */
async function assertRefusesPart(
  context: CaseContext,
  store: Store,
  name: keyof SessionToStore,
  value: unknown,
): Promise<void> {
  const session = { ...context.session(), [name]: value }
  const key = context.key()
  await assertRefused(context, store, 'create', key, session)
  await assertAbsent(store, key, `after a create that refused its ${name}`)
  assert.notEqual(
    await context.peek(key),
    true,
    `there is a row after a create with a wrong ${name}`,
  )
  const record = await createRecord(context, store)
  await assertRefused(context, store, 'update', record.key, record.session.version, session)
  await assertHolds(store, record)
}

async function assertRefused(
  context: CaseContext,
  store: Store,
  method: keyof Untyped,
  ...given: readonly unknown[]
): Promise<void> {
  const text = `${method}(${given.map(brief).join(', ')})`
  const error = await context.log.record(text, async () => {
    let answer: Promise<unknown>
    try {
      answer = (store as unknown as Untyped)[method](...given)
    } catch (thrown) {
      assert.fail(`${text} threw at once, and did not reject: ${thrown}`)
    }
    return answer.then(
      (resolved) => assert.fail(`${text} resolved ${resolved}, and did not reject`),
      (reason: unknown) => reason,
    )
  })
  assert.ok(error instanceof TypeError, `${text} rejected with ${error}, which is not a TypeError`)
}

/** Texts that are nearly a key or user key, and other values. */
function alike(text: string): unknown[] {
  const rest = text.slice(1)
  const texts = [
    '',
    rest,
    `${text}0`,
    `${text}\n`,
    ` ${rest}`,
    `g${rest}`,
    `%${rest}`,
    `../${text.slice(3)}`,
  ]
  return [...texts, text.toUpperCase(), `${rest}\0`, ...noText(text)].filter(
    (each) => each !== text,
  )
}

/** Values that are no text, though some of them become the text where a store makes one of them. */
function noText(text: string): unknown[] {
  return [undefined, null, 5, true, [text], { toString: () => text }, Object(text)]
}
