import assert from 'node:assert/strict'
import type { Store, UserIndex } from '@mako-session/core'
import { defineCase, type RunnableCase } from '../conformance-case.ts'
import type { CaseContext } from '../context/case-context.ts'
import { everyCall } from '../context/every-call.ts'
import { outage, untilItWorks } from '../context/outage.ts'
import { assertHolds, createRecord } from '../context/record-assertions.ts'
import { traceSideEffects } from '../context/side-effects.ts'
import { patience } from '../context/wait.ts'

/** What a store does without being called, and whether it closes a client that it was handed. */
export const lifecycleCases: readonly RunnableCase[] = [
  defineCase({
    id: 'lifecycle/constructor-does-no-io',
    title: 'constructing a store does no I/O, starts no timer and adds no listener to the process',
    clause: 'S11',
    needs: ['connect'],
    async run(context) {
      const construct = await context.connect()
      // A client may start timers or connections at its first use. That must not be blamed on the
      // constructor, so the client is used before.
      await useAll(context, context.recorded(construct()))
      const { result, effects } = await traceSideEffects(construct)
      assert.deepEqual(effects, [], 'side effects of the constructor')
      await useAll(context, context.recorded(result))
      if (!context.environment.faults) return
      await context.setFault('refuse')
      const store = context.recorded(construct())
      // If the constructor began any I/O, it has failed by the end of this wait.
      await context.wait(outage)
      await context.setFault('up')
      await untilItWorks(context, store)
    },
  }),
  defineCase({
    id: 'lifecycle/does-not-keep-the-process-alive',
    title: 'a process ends by itself when its store is no longer used and its client is closed',
    clause: 'S11',
    needs: ['worker'],
    async run(context) {
      const [store] = await context.openProcesses(1)
      assert.ok(store)
      await useAll(context, store)
      const held = [...new Set(await store.letGo())].join(', ')
      const alive = `after ${patience} seconds the process is alive, and holds ${held}: closeClient of the worker module has to close what openStore opened besides the store`
      const end = await Promise.race([store.ended, context.wait(patience).then(() => alive)])
      assert.ok(end.endsWith('ended with 0'), end)
    },
  }),
  defineCase({
    id: 'lifecycle/does-not-close-its-client',
    title: 'no call of a store closes the client that the store was handed',
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

/** The contract has no method that ends a store. A store that has one may still not close its client. */
async function close(context: CaseContext, store: object): Promise<void> {
  for (const name of ['close', 'end', 'quit', 'disconnect', 'dispose']) {
    const method: unknown = Reflect.get(store, name)
    if (typeof method !== 'function') continue
    await context.log.record(`${name}()`, async () => Reflect.apply(method, store, []))
  }
}
