import assert from 'node:assert/strict'
import { defineCase, type RunnableCase } from '../conformance-case.ts'
import type { CaseContext } from '../context/case-context.ts'
import {
  assertAbsent,
  assertHolds,
  createRecord,
  createRecords,
  type KnownRecord,
} from '../context/record-assertions.ts'

const backlog = 2_000

/**
 * What `gc` removes and counts. A backend that expires records by itself leaves `gc` nothing to remove.
 * With `peek` the suite knows how many rows are left, and `gc` has to remove and count exactly these.
 * Without `peek`, a count of all records that are over is right, and 0 is right too.
 */
export const gcCases: readonly RunnableCase[] = [
  defineCase({
    id: 'gc/only-what-is-over',
    title: 'gc removes no live record',
    clause: 'S10',
    async run(context) {
      const store = await context.open()
      const over = await createRecords(context, store, 5, { ttl: context.step })
      const live = await createRecords(context, store, 5, { ttl: 2 * context.step })
      const { key, session } = await createRecord(context, store, { ttl: context.step })
      const renewed = context.session({ ttl: 2 * context.step })
      assert.equal(await store.update(key, session.version, renewed), true, 'update')
      await context.advance(context.step)
      await store.gc()
      for (const record of [...live, { key, session: renewed }]) await assertHolds(store, record)
      for (const { key } of over)
        await assertAbsent(store, key, 'of a record whose time is over, after gc')
    },
  }),
  defineCase({
    id: 'gc/returns-count',
    title: 'gc resolves how many records it removed',
    clause: 'S10',
    async run(context) {
      const store = await context.open()
      const over = await createRecords(context, store, 7, { ttl: context.step })
      await createRecords(context, store, 4, { ttl: 9 * context.step })
      await context.advance(context.step)
      const expected = await removable(context, over)
      assertCount(await store.gc(), expected)
      assert.equal(await store.gc(), 0, 'the count of a second gc')
    },
  }),
  defineCase({
    id: 'gc/rows-are-gone',
    title: 'after gc the backend holds no row of a record whose time is over',
    clause: 'S10',
    needs: ['peek'],
    async run(context) {
      const store = await context.open()
      const over = await createRecords(context, store, 7, { ttl: context.step })
      const live = await createRecord(context, store, { ttl: 9 * context.step })
      assert.equal(await context.peek(live.key), true, 'peek of a live record')
      await context.advance(context.step)
      await store.gc()
      for (const { key } of over) assert.equal(await context.peek(key), false, 'peek after gc')
      assert.equal(await context.peek(live.key), true, 'peek of a live record after gc')
    },
  }),
  defineCase({
    id: 'gc/spares-renewed-meanwhile',
    title: 'gc keeps a record that replaced an expired one while gc was running',
    clause: 'S10',
    needs: ['movableTime'],
    async run(context) {
      const [collector, writer] = [await context.open(), await context.open()]
      for (let round = 0; round < 20; round += 1) {
        const over = await createRecords(context, collector, 8, { ttl: context.step })
        await context.advance(context.step)
        const renewed = over.map(({ key }) => ({ key, session: context.session() }))
        const taken: KnownRecord[] = []
        // Where the time of the old record is over, create may resolve false. Where it resolved true, the
        // new record must be there.
        const renewals = renewed.map((record) => async () => {
          if (await writer.create(record.key, record.session)) taken.push(record)
        })
        await context.race<unknown>([() => collector.gc(), ...renewals])
        for (const record of taken) await assertHolds(writer, record)
      }
    },
  }),
  defineCase({
    id: 'gc/two-at-once',
    title: 'two gc at the same time remove all records that are over, and count each of them once',
    clause: 'S10',
    async run(context) {
      const handles = await context.openMany(2)
      const [store] = handles
      assert.ok(store)
      for (let round = 0; round < 5; round += 1) {
        const over = await createRecords(context, store, 60, { ttl: context.step })
        const live = await createRecords(context, store, 5, { ttl: 3 * context.step })
        await context.advance(context.step)
        const expected = await removable(context, over)
        const counts = await context.race(handles.map((handle) => () => handle.gc()))
        assertCount(sum(counts), expected)
        for (const record of live) {
          await assertHolds(store, record)
          await store.delete(record.key)
        }
      }
    },
  }),
  defineCase({
    id: 'gc/large-backlog-in-batches',
    title: 'one gc removes 2 000 records that are over, while another handle reads and writes',
    clause: 'S10',
    async run(context) {
      const [store, other] = [await context.open(), await context.open()]
      const over = await createRecords(context, store, backlog, { ttl: context.step })
      const live = await createRecord(context, store, { ttl: 9 * context.step })
      await context.advance(context.step)
      const expected = await removable(context, over)
      const work = async () => {
        await assertHolds(other, live)
        await assertHolds(other, await createRecord(context, other))
      }
      const [removed] = await Promise.all([store.gc(), work()])
      assertCount(removed, expected)
      assert.equal(await store.gc(), 0, 'the count of a second gc')
      await assertHolds(store, live)
    },
  }),
  defineCase({
    id: 'gc/abort',
    title: 'gc stops soon after its signal aborts, and resolves what it removed so far',
    clause: 'S10',
    async run(context) {
      const store = await context.open()
      const over = await createRecords(context, store, backlog, { ttl: context.step })
      await context.advance(context.step)
      const expected = await removable(context, over)
      const first = await store.gc(AbortSignal.abort())
      assert.ok(first < backlog, `gc removed all ${first} records although its signal was aborted`)
      const controller = new AbortController()
      const collecting = store.gc(controller.signal)
      await context.random.pause()
      controller.abort()
      const second = await collecting
      assertCount(sum([first, second, await store.gc()]), expected)
    },
  }),
  defineCase({
    id: 'gc/empty',
    title: 'gc resolves 0 where there is no record whose time is over',
    clause: 'S10',
    async run(context) {
      const store = await context.open()
      assert.equal(await store.gc(), 0, 'the count of gc in an empty area')
      const live = await createRecords(context, store, 3)
      assert.equal(await store.gc(), 0, 'the count of gc among live records')
      for (const record of live) await assertHolds(store, record)
    },
  }),
]

/** The numbers that are right as the sum of what gc counts. */
async function removable(
  context: CaseContext,
  over: readonly KnownRecord[],
): Promise<readonly number[]> {
  if (!context.environment.peek) return [0, over.length]
  const rows = await Promise.all(over.map(({ key }) => context.peek(key)))
  return [rows.filter((row) => row === true).length]
}

function assertCount(count: number, expected: readonly number[]): void {
  assert.ok(expected.includes(count), `gc counted ${count}, but ${expected.join(' or ')} is right`)
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}
