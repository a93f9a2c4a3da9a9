import assert from 'node:assert/strict'
import type { Store, UserIndex } from '@mako-session/core'
import { defineCase, type RunnableCase } from '../conformance-case.ts'
import type { CaseContext } from '../context/case-context.ts'
import { everyCall } from '../context/every-call.ts'
import { outage, untilItWorks } from '../context/outage.ts'
import { assertHolds, createRecord } from '../context/record-assertions.ts'
import { traceSideEffects } from '../context/side-effects.ts'
import { patience } from '../context/wait.ts'

/** What a store does when nobody asks it anything, and to what is not its own. */
export const lifecycleCases: readonly RunnableCase[] = [
  defineCase({
    id: 'lifecycle/constructor-does-no-io',
    title: 'constructing a store does no I/O, starts no timer and adds no listener to the process',
    clause: 'S11',
    needs: ['connect'],
    async run(context) {
      const construct = await context.connect()
      // What a client does when it is first used is not the store's doing.
      await useAll(context, context.recorded(construct()))
      const { result, effects } = await traceSideEffects(construct)
      assert.deepEqual(effects, [], 'what the constructor did')
      await useAll(context, context.recorded(result))
      if (!context.environment.faults) return
      await context.setFault('refuse')
      const store = context.recorded(construct())
      // By then, what the constructor may have begun has failed.
      await context.wait(outage)
      await context.setFault('up')
      await untilItWorks(context, store)
    },
  }),
  defineCase({
    id: 'lifecycle/does-not-keep-the-process-alive',
    title: 'a process whose store is used no more ends by itself once the client is closed',
    clause: 'S11',
    needs: ['worker'],
    async run(context) {
      const [store] = await context.openProcesses(1)
      assert.ok(store)
      await useAll(context, store)
      const held = [...new Set(await store.letGo())].join(', ')
      const alive = `${patience} seconds later the process is alive, and holds ${held}: what openStore opened besides the store is closed by closeClient of the worker module`
      const end = await Promise.race([store.ended, context.wait(patience).then(() => alive)])
      assert.ok(end.endsWith('ended with 0'), end)
    },
  }),
  defineCase({
    id: 'lifecycle/does-not-close-its-client',
    title: 'whatever a store does, another store goes on working with the same client',
    clause: 'S11',
    needs: ['connect'],
    async run(context) {
      const construct = await context.connect()
      const store = construct()
      const [closed, other] = [context.recorded(store), context.recorded(construct())]
      const record = await createRecord(context, other)
      await useAll(context, closed)
      await closed.gc(AbortSignal.abort())
      await closed.update(record.key, context.random.version(), context.session())
      await close(context, store)
      await assertHolds(other, record)
      await useAll(context, other)
    },
  }),
]

async function useAll(context: CaseContext, store: Store & UserIndex): Promise<void> {
  for (const { call, assertRight } of await everyCall(context, store)) {
    await assertRight(await call())
  }
  await store.gc()
}

/** The contract knows no way to end a store; one that has a way may still not end its client. */
async function close(context: CaseContext, store: object): Promise<void> {
  for (const name of ['close', 'end', 'quit', 'disconnect', 'dispose']) {
    const method: unknown = Reflect.get(store, name)
    if (typeof method !== 'function') continue
    await context.log.record(`${name}()`, async () => Reflect.apply(method, store, []))
  }
}
