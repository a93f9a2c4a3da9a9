import assert from 'node:assert/strict'
import { performance } from 'node:perf_hooks'
import { defineCase, type RunnableCase } from '../conformance-case.ts'
import type { CaseContext } from '../context/case-context.ts'
import { assertAbsent, assertHolds, createRecord } from '../context/record-assertions.ts'

const tenYears = 315_360_000
// In seconds. It is a whole number of milliseconds, so that a clock in milliseconds does not round it.
const eighth = 0.125

/**
 * When a record's time is over. Where the backend has a clock of its own, real time passes too. The steps
 * are so long that this does not change a result.
 */
export const ttlCases: readonly RunnableCase[] = [
  defineCase({
    id: 'ttl/live-then-gone',
    title: 'a record is live before its ttl is over and gone after it',
    clause: 'S5',
    async run(context) {
      const { step } = context
      const [store, other] = [await context.open(), await context.open()]
      const record = await createRecord(context, store, { ttl: 3 * step })
      await context.advance(2 * step)
      await assertHolds(store, record)
      await assertHolds(other, record)
      await context.advance(2 * step)
      await assertAbsent(store, record.key, 'after its time was over')
      await assertAbsent(other, record.key, 'after its time was over')
    },
  }),
  defineCase({
    id: 'ttl/gone-at-the-deadline',
    title: 'a record is live until its ttl has passed, and gone from that moment on',
    clause: 'S5',
    async run(context) {
      await goneAtTheDeadline(context)
      if (context.environment.time.kind !== 'virtual') return
      // A virtual clock can also start at another fraction of a second. A store that rounds deadlines to
      // whole seconds is wrong from at least one of the two starts.
      await context.advance(eighth)
      await goneAtTheDeadline(context)
    },
  }),
  defineCase({
    id: 'ttl/each-write-sets-anew',
    title: 'each update sets a new ttl, longer or shorter',
    clause: 'S5',
    async run(context) {
      const { step } = context
      const store = await context.open()
      const longer = await createRecord(context, store, { ttl: 2 * step })
      const shorter = await createRecord(context, store, { ttl: 9 * step })
      await context.advance(step)
      const next = context.session({ ttl: 3 * step })
      const last = context.session({ ttl: 2 * step })
      assert.equal(await store.update(longer.key, longer.session.version, next), true, 'update')
      assert.equal(await store.update(shorter.key, shorter.session.version, last), true, 'update')
      await assertHolds(store, { key: shorter.key, session: last })
      await context.advance(2 * step)
      await assertHolds(store, { key: longer.key, session: next })
      await assertAbsent(store, shorter.key, 'after the shorter ttl was over')
      await context.advance(step)
      await assertAbsent(store, longer.key, 'after the longer ttl was over')
    },
  }),
  defineCase({
    id: 'ttl/read-does-not-extend',
    title: 'read does not extend the life of a record',
    clause: 'S5',
    async run(context) {
      const store = await context.open()
      const record = await createRecord(context, store, { ttl: 2 * context.step })
      await context.advance(context.step)
      await assertHolds(store, record)
      await context.advance(context.step)
      await assertAbsent(store, record.key, 'after its time was over')
    },
  }),
  defineCase({
    id: 'ttl/one-second',
    title: 'a ttl of one second lasts one second, at whatever fraction of a second it starts',
    clause: 'S5',
    async run(context) {
      // Under a virtual clock each start is at another eighth of a second.
      for (let start = 0; start < 8; start += 1) await oneSecond(context)
    },
  }),
  defineCase({
    id: 'ttl/ten-years',
    title: 'a ttl of ten years lasts ten years',
    clause: 'S5',
    needs: ['movableTime'],
    async run(context) {
      const { step } = context
      const store = await context.open()
      const created = await createRecord(context, store, { ttl: tenYears })
      const { key, session } = await createRecord(context, store)
      const next = context.session({ ttl: tenYears })
      assert.equal(await store.update(key, session.version, next), true, 'update')
      await assertHolds(store, created)
      await context.advance(tenYears - step)
      await assertHolds(store, created)
      await assertHolds(store, { key, session: next })
      await context.advance(step)
      await assertAbsent(store, created.key, 'after ten years')
      await assertAbsent(store, key, 'after ten years')
    },
  }),
  defineCase({
    id: 'ttl/own-ttl-per-record',
    title: 'each record has a ttl of its own',
    clause: 'S5',
    async run(context) {
      const { step } = context
      const store = await context.open()
      const records = []
      for (const steps of [3, 1, 2]) {
        records.push(await createRecord(context, store, { ttl: steps * step }))
      }
      for (let passed = 0; passed <= 3; passed += 1) {
        for (const record of records) {
          if (record.session.ttl > passed * step) await assertHolds(store, record)
          else await assertAbsent(store, record.key, `${passed} steps after create`)
        }
        await context.advance(step)
      }
    },
  }),
]

async function goneAtTheDeadline(context: CaseContext): Promise<void> {
  const store = await context.open()
  const virtual = context.environment.time.kind === 'virtual'
  const record = await createRecord(context, store, { ttl: 2 * context.step })
  await context.advance(virtual ? 2 * context.step - eighth : context.step)
  await assertHolds(store, record)
  await context.advance(virtual ? eighth : context.step)
  await assertAbsent(store, record.key, 'at the deadline')
  const answer = await store.update(record.key, record.session.version, context.session())
  assert.equal(answer, false, 'update at the deadline')
}

async function oneSecond(context: CaseContext): Promise<void> {
  const store = await context.open()
  const virtual = context.environment.time.kind === 'virtual'
  const startedAt = performance.now()
  const record = await createRecord(context, store, { ttl: 1 })
  if (virtual) await context.advance(1 - eighth)
  const stored = await store.read(record.key)
  // Under the other kinds of time, real time passes too. If the backend took about a second to answer, the
  // record may rightly be gone.
  if (virtual || performance.now() - startedAt < 900) {
    assert.equal(stored?.version, record.session.version, 'the version within the second')
  }
  await context.advance(virtual ? eighth : 1)
  await assertAbsent(store, record.key, 'after a second')
  if (virtual) await context.advance(eighth)
}
