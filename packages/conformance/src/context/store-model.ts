import assert from 'node:assert/strict'
import type { SessionToStore } from '@mako-session/core'
import type { RecordedStore } from '../operations/recorded-store.ts'
import type { CaseContext } from './case-context.ts'
import type { ModelStep } from './model-step.ts'
import { assertHolds } from './record-assertions.ts'

interface ModelRecord {
  readonly session: SessionToStore
  /** In steps of the clock. */
  readonly endsAt: number
}

/**
 * A model of what a store should hold: a map with a clock. The model asks the store for each step, and
 * compares the answer with its own.
 */
export class StoreModel {
  readonly #context: CaseContext
  readonly #handles: readonly RecordedStore[]
  readonly #keys: readonly string[]
  readonly #users: readonly string[]
  readonly #records = new Map<string, ModelRecord>()
  /** The version that the last replaced or deleted record of each key had. */
  readonly #oldVersions = new Map<string, string>()
  #now = 0

  /** Begins with new keys and users, under which the store holds nothing. */
  constructor(context: CaseContext, handles: readonly RecordedStore[]) {
    this.#context = context
    this.#handles = handles
    this.#keys = [context.key(), context.key(), context.key()]
    this.#users = [context.random.hex(64), context.random.hex(64)]
  }

  /** Carries out a step. @throws when the store's answer differs from the model's. */
  async take(step: ModelStep): Promise<void> {
    const store = at(this.#handles, step.handle)
    const key = at(this.#keys, step.key)
    switch (step.act) {
      case 'read':
        return this.#read(store, key)
      case 'create':
        return this.#create(store, key, step)
      case 'update':
        return this.#update(store, key, step)
      case 'delete':
        await store.delete(key)
        return this.#forget(key)
      case 'gc':
        assert.ok((await store.gc()) >= 0, 'gc counted less than 0')
        return
      case 'advance':
        await this.#context.advance(step.steps * this.#context.step)
        this.#now += step.steps
    }
  }

  /** Asserts that every handle sees what the model holds. */
  async check(): Promise<void> {
    for (const store of this.#handles) {
      for (const key of this.#keys) await this.#read(store, key)
      if (this.#context.subject.userIndex) await this.#find(store)
    }
  }

  async #read(store: RecordedStore, key: string): Promise<void> {
    const live = this.#live(key)
    if (live) await assertHolds(store, { key, session: live })
    else assert.equal(await store.read(key), undefined, 'read where there is no live record')
  }

  async #create(store: RecordedStore, key: string, step: ModelStep): Promise<void> {
    const session = this.#session(step)
    const created = await store.create(key, session)
    // Where the key has a record whose time is over, either answer is right.
    if (!this.#records.has(key)) assert.equal(created, true, 'create where there is no record')
    if (this.#live(key)) assert.equal(created, false, 'create over a live record')
    if (created) this.#set(key, session)
  }

  async #update(store: RecordedStore, key: string, step: ModelStep): Promise<void> {
    const live = this.#live(key)
    const versions = {
      current: this.#records.get(key)?.session.version,
      old: this.#oldVersions.get(key),
      unknown: undefined,
    }
    const expected = versions[step.expected] ?? this.#context.random.version()
    const session = this.#session(step)
    const updated = await store.update(key, expected, session)
    const due = live?.version === expected
    assert.equal(
      updated,
      due,
      due ? 'update with the live version' : 'update with any other version',
    )
    if (updated) this.#set(key, session)
  }

  async #find(store: RecordedStore): Promise<void> {
    for (const userKey of this.#users) {
      const listed = await store.findByUser(userKey)
      const missed = this.#keys.filter(
        (key) => this.#live(key)?.userKey === userKey && !listed.includes(key),
      )
      assert.deepEqual(missed, [], 'live sessions that findByUser does not list')
    }
  }

  #live(key: string): SessionToStore | undefined {
    const record = this.#records.get(key)
    return record && this.#now < record.endsAt ? record.session : undefined
  }

  #set(key: string, session: SessionToStore): void {
    this.#forget(key)
    this.#records.set(key, { session, endsAt: this.#now + session.ttl / this.#context.step })
  }

  #forget(key: string): void {
    const record = this.#records.get(key)
    if (record) this.#oldVersions.set(key, record.session.version)
    this.#records.delete(key)
  }

  #session({ steps, user }: ModelStep): SessionToStore {
    const session = this.#context.session({ ttl: steps * this.#context.step })
    return user === 0 ? session : { ...session, userKey: at(this.#users, user - 1) }
  }
}

function at<Item>(items: readonly Item[], index: number): Item {
  const item = items[index]
  assert.ok(item)
  return item
}
