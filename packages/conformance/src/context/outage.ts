import assert from 'node:assert/strict'
import type { RecordedStore } from '../operations/recorded-store.ts'
import type { FaultMode } from '../subject/subject.ts'
import type { CaseContext } from './case-context.ts'
import { everyCall, type KnownCall } from './every-call.ts'
import { patience } from './wait.ts'

/**
 * Seconds that an outage lasts, unless all calls are settled before. Longer than most clients wait for an
 * answer, so that a store which makes one up then is seen.
 */
export const outage = 3
const never = Symbol('no answer')

/**
 * Makes the calls while the backend gives no answer, and asserts that none is made up: not during the
 * outage, which lasts long enough for many answers, and not when it is over.
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
  assert.equal(first, undefined, `an answer although the backend gave none (${mode})`)
  await context.setFault('up')
  await untilItWorks(context, store)
  // A client may also forget what it was asked, and never answer: the core does not wait for ever.
  const late = context.wait(outage).then(() => never)
  for (const [at, { assertRight }] of calls.entries()) {
    const answer = await Promise.race([answers[at], late]).catch(() => never)
    if (answer !== never) await assertRight(answer)
  }
}

/**
 * Resolves once every method answers as it should.
 * @throws when an answer is wrong, or the backend cannot be reached for long.
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
      // What rejects may do so as long as the client is looking for its backend.
      if (error instanceof assert.AssertionError) throw error
      if (waited >= patience) throw stillRejecting(error)
    }
    await context.wait(pause)
    waited += pause
  }
}

/** The name and answer of the call that resolves first; undefined where all reject. */
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
