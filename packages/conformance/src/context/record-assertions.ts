import assert from 'node:assert/strict'
import type { SessionToStore, Store } from '@mako-session/core'
import type { CaseContext } from './case-context.ts'

/** A record that a case stored. */
export interface KnownRecord {
  readonly key: string
  readonly session: SessionToStore
}

/** Creates a record under a new key; `parts` as for `CaseContext.session`. */
export async function createRecord(
  context: CaseContext,
  store: Store,
  parts: Partial<SessionToStore> = {},
): Promise<KnownRecord> {
  const record = { key: context.key(), session: context.session(parts) }
  assert.equal(await store.create(record.key, record.session), true, 'create of a new key')
  return record
}

/** Creates many records, at most 50 at the same time. */
export async function createRecords(
  context: CaseContext,
  store: Store,
  count: number,
  parts: Partial<SessionToStore> = {},
): Promise<KnownRecord[]> {
  const records: KnownRecord[] = []
  while (records.length < count) {
    const length = Math.min(50, count - records.length)
    const some = Array.from({ length }, () => createRecord(context, store, parts))
    records.push(...(await Promise.all(some)))
  }
  return records
}

/** Asserts that `read` gives exactly the version and payload that were stored. */
export async function assertHolds(store: Store, { key, session }: KnownRecord): Promise<void> {
  const stored = await store.read(key)
  assert.ok(stored, `read of the live record ${key} resolved undefined`)
  assert.equal(stored.version, session.version, 'the version')
  assert.equal(stored.payload, session.payload, 'the payload')
}

/** Asserts that `read` gives undefined. */
export async function assertAbsent(store: Store, key: string, why: string): Promise<void> {
  assert.equal(await store.read(key), undefined, `read ${why}`)
}
