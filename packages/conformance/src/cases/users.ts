import assert from 'node:assert/strict'
import { defineCase, type RunnableCase } from '../conformance-case.ts'
import type { CaseContext } from '../context/case-context.ts'
import { assertHolds, createRecord, createRecords } from '../context/record-assertions.ts'
import type { RecordedStore } from '../operations/recorded-store.ts'

const hour = 3_600
const rounds = 80
/** Sessions of other users. */
const others = 10_000

/**
 * Which sessions `findByUser` lists. It never misses a live one. It may list a session that is over, or no
 * longer the user's, until an hour after its last deadline.
 */
export const usersCases: readonly RunnableCase[] = [
  userCase('none', 'findByUser lists nothing for a user without sessions', async (context) => {
    const store = await context.open()
    assert.deepEqual(await store.findByUser(userKey(context)), [], 'in an empty area')
    await createRecord(context, store)
    await createRecord(context, store, { userKey: userKey(context) })
    assert.deepEqual(await store.findByUser(userKey(context)), [], 'of another user')
  }),
  userCase(
    'lists-live',
    'findByUser lists all live sessions of the user, for every handle',
    async (context) => {
      const [store, other] = [await context.open(), await context.open()]
      const user = userKey(context)
      const records = await createRecords(context, store, 20, { userKey: user })
      for (const record of records) await assertListed(other, user, record.key)
      const [first, ...rest] = records
      assert.ok(first)
      await store.delete(first.key)
      for (const { key } of rest) await assertListed(store, user, key)
    },
  ),
  userCase('several-users', 'findByUser does not mix up several users', async (context) => {
    const store = await context.open()
    const users = [userKey(context), userKey(context), userKey(context)]
    const expected = new Map<string, string[]>()
    for (const user of users) {
      const records = await createRecords(context, store, 4, { userKey: user })
      expected.set(user, records.map(({ key }) => key).sort())
    }
    for (const [user, keys] of expected) {
      assert.deepEqual([...(await store.findByUser(user))].sort(), keys, 'the keys of the user')
    }
  }),
  userCase(
    'follows-change',
    'findByUser lists a session for its new user, also where several handles change the user',
    async (context) => {
      const handles = await context.openMany(3)
      for (let round = 0; round < rounds; round += 1) {
        await changeUsers(context, handles, round % 2 === 0)
      }
    },
  ),
  lastingCase(
    'renewal-keeps-it-listed',
    'findByUser lists a renewed session until its new ttl is over',
    async (context) => {
      const store = await context.open()
      const user = userKey(context)
      const { key, session } = await createRecord(context, store, { userKey: user, ttl: 2 * hour })
      await context.advance(1.5 * hour)
      const renewed = context.session({ userKey: user, ttl: 9 * hour })
      assert.equal(await store.update(key, session.version, renewed), true, 'update')
      await context.advance(8 * hour)
      await store.gc()
      await assertHolds(store, { key, session: renewed })
      await assertListed(store, user, key)
    },
  ),
  lastingCase(
    'loser-of-a-race-does-not-shorten-it',
    'a write that resolves false does not shorten how long findByUser lists a session',
    async (context) => {
      const store = await context.open()
      const user = userKey(context)
      const { key, session } = await createRecord(context, store, { userKey: user, ttl: 9 * hour })
      const short = () => context.session({ userKey: user, ttl: 1 })
      assert.equal(await store.update(key, context.random.version(), short()), false, 'update')
      assert.equal(await store.create(key, short()), false, 'create')
      await context.advance(8 * hour)
      await store.gc()
      await assertHolds(store, { key, session })
      await assertListed(store, user, key)
    },
  ),
  lastingCase(
    'no-residue',
    'an hour after the last deadline, and after a gc, findByUser lists nothing',
    async (context) => {
      const store = await context.open()
      const [first, second] = [userKey(context), userKey(context)]
      const records = await createRecords(context, store, 5, { userKey: first, ttl: hour })
      for (const { key, session } of records.slice(2)) {
        const moved = context.session({ userKey: second, ttl: 2 * hour })
        assert.equal(await store.update(key, session.version, moved), true, 'update')
      }
      await store.delete(records.at(-1)?.key ?? '')
      await context.advance(3 * hour + 1)
      await store.gc()
      for (const user of [first, second]) {
        assert.deepEqual(await store.findByUser(user), [], 'findByUser after an hour and a gc')
      }
    },
  ),
  userCase(
    'never-misses-while-creating',
    'findByUser lists a new session as soon as read gives it',
    async (context) => {
      const [writer, reader] = [await context.open(), await context.open()]
      for (let round = 0; round < rounds; round += 1) {
        const user = userKey(context)
        const key = context.key()
        const session = context.session({ userKey: user })
        let answered = false
        const create = async () => {
          const creating = writer.create(key, session).finally(() => {
            answered = true
          })
          assert.equal(await creating, true, 'create of a new key')
        }
        const find = async () => {
          while (!(await reader.read(key)) && !answered) await context.random.pause()
          await assertListed(reader, user, key)
        }
        await context.race([create, find])
      }
    },
  ),
  {
    ...userCase(
      'ten-thousand-sessions-of-others-cost-nothing',
      'the work of findByUser does not grow with the number of sessions of other users',
      async (context) => {
        const store = await context.open()
        const user = userKey(context)
        const own = await createRecords(context, store, 20, { userKey: user })
        const reads = await context.workOf(async () => {
          for (const { key } of own) await store.read(key)
        })
        const blind = `work() of the environment grew by ${reads} while ${own.length} records were read`
        assert.ok(reads >= own.length, blind)
        const alone = await context.workOf(() => store.findByUser(user))
        for (let created = 0; created < others; created += 1_000) {
          await createRecords(context, store, 1_000, { userKey: userKey(context) })
        }
        const among = await context.workOf(() => store.findByUser(user))
        const found = `findByUser cost ${alone} alone, and ${among} among ${others} sessions of others`
        // A backend may do some more work. A scan looks at each of the other sessions, which is ten times
        // this limit.
        assert.ok(among < alone + others / 10, found)
      },
    ),
    needs: ['userIndex', 'work'],
  },
]

function userCase(name: string, title: string, run: RunnableCase['run']): RunnableCase {
  return defineCase({
    id: `users/${name}`,
    title,
    clause: 'S12',
    needs: ['userIndex'],
    run,
  })
}

function lastingCase(name: string, title: string, run: RunnableCase['run']): RunnableCase {
  return { ...userCase(name, title, run), needs: ['userIndex', 'movableTime'] }
}

/**
 * Changes the user of a session twice. The second update starts as soon as the first can be read. With a
 * rival, a third handle tries another update at the same time as the first one.
 */
async function changeUsers(
  context: CaseContext,
  handles: readonly RecordedStore[],
  withRival: boolean,
): Promise<void> {
  const [one, other, third] = handles
  assert.ok(one && other && third)
  const [before, between] = [userKey(context), userKey(context)]
  const { key, session } = await createRecord(context, one, { userKey: before })
  const away = context.session({ userKey: between })
  const back = context.session({ userKey: before })
  const rival = context.session({ userKey: userKey(context) })
  let answered = false
  const lead = async () => {
    await one.update(key, session.version, away).finally(() => {
      answered = true
    })
  }
  const follow = async () => {
    const isFirst = async () => (await other.read(key))?.version === session.version
    while ((await isFirst()) && !answered) await context.random.pause()
    await other.update(key, away.version, back)
  }
  const updates: (() => Promise<unknown>)[] = [lead, follow]
  if (withRival) updates.push(() => third.update(key, session.version, rival))
  await context.race(updates)
  const stored = await one.read(key)
  const last = [away, back, rival].find(({ version }) => version === stored?.version)
  assert.ok(last?.userKey, 'read gives a version that no update wrote')
  await assertListed(one, last.userKey, key)
}

async function assertListed(store: RecordedStore, user: string, key: string): Promise<void> {
  const keys = await store.findByUser(user)
  assert.ok(keys.includes(key), `findByUser misses the live session ${key}`)
}

function userKey(context: CaseContext): string {
  return context.random.hex(64)
}
