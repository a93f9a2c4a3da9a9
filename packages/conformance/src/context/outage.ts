import assert from 'node:assert/strict'
import type { RecordedStore } from '../operations/recorded-store.ts'
import type { FaultMode } from '../subject/subject.ts'
import type { CaseContext } from './case-context.ts'
import { everyCall, type KnownCall } from './every-call.ts'
import { patience } from './wait.ts'

/**
 * Seconds that an outage lasts, unless all calls have settled before. Many clients give up earlier. A store
 * that then resolves an answer of its own is found.
 */
export const outage = 3
const never = Symbol('no answer')

/**
 * Makes the calls while the backend gives no answer. Asserts that no call resolves during the outage, and
 * that calls which resolve afterwards resolve the right answer.
 */
export async function assertNothingMadeUp(
  context: CaseContext,
  mode: FaultMode,
  store: RecordedStore,
  calls: readonly KnownCall[],
): Promise<void> {
  await context.setFault(mode)
  const answers = calls.map(({ call }) => call())
  const first = await Promise.race([firstAnswer(calls, answers), context.wait(outage)])
  assert.equal(first, undefined, `a call resolved although the backend gave no answer (${mode})`)
  await context.setFault('up')
  await untilItWorks(context, store)
  // A call may also reject or stay pending: the client may have lost it. The core has a time limit for that.
  const late = context.wait(outage).then(() => never)
  for (const [at, { assertRight }] of calls.entries()) {
    const answer = await Promise.race([answers[at], late]).catch(() => never)
    if (answer !== never) await assertRight(answer)
  }
}

/**
 * Resolves once every method answers correctly.
 * @throws when an answer is wrong, or the store still rejects after {@link patience} seconds.
 */
export async function untilItWorks(context: CaseContext, store: RecordedStore): Promise<void> {
  let waited = 0
  for (let pause = 0.01; ; pause = Math.min(2 * pause, 1)) {
    try {
      for (const { call, assertRight } of await everyCall(context, store)) {
        await assertRight(await call())
      }
      return
    } catch (error) {
      // A rejection is allowed while the client connects to its backend again. A wrong answer is not.
      if (error instanceof assert.AssertionError) throw error
      if (waited >= patience) throw stillRejecting(error)
    }
    await context.wait(pause)
    waited += pause
  }
}

/** The name and answer of the call that resolves first; undefined where all calls reject. */
async function firstAnswer(
  calls: readonly KnownCall[],
  answers: readonly Promise<unknown>[],
): Promise<unknown> {
  const named = answers.map(async (answer, at) => ({ call: calls[at]?.name, answer: await answer }))
  return Promise.any(named).catch(() => undefined)
}

function stillRejecting(cause: unknown): Error {
  const text = `the store still rejects ${patience} seconds after its backend came back: ${cause}`
  return new Error(text, { cause })
}
