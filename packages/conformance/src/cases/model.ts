import assert from 'node:assert/strict'
import fc from 'fast-check'
import { defineCase, type RunnableCase } from '../conformance-case.ts'
import type { CaseContext } from '../context/case-context.ts'
import { describeStep, type ModelStep, modelSteps } from '../context/model-step.ts'
import { StoreModel } from '../context/store-model.ts'
import type { RecordedStore } from '../operations/recorded-store.ts'

const runs = 150
/** How many runs may follow the first failure, to find a failure with fewer steps. */
const shrinkingRuns = 300

/** Random commands, whose answers are compared with those of a model. They cover what no other case asks. */
export const modelCases: readonly RunnableCase[] = [
  defineCase({
    id: 'model/random-commands',
    title: 'random commands of two handles on three keys get the answers of a map with a clock',
    clause: 'S3',
    needs: ['movableTime'],
    async run(context) {
      const handles = await context.openMany(2)
      let failedRuns = 0
      let runsAfterFailure = 0
      const property = fc.asyncProperty(modelSteps, async (steps) => {
        if (failedRuns > 0) runsAfterFailure += 1
        // After that many runs, fc.pre makes fast-check skip the runs that are left.
        fc.pre(runsAfterFailure <= shrinkingRuns)
        await attempt(context, handles, steps).catch((error: unknown) => {
          failedRuns += 1
          throw error
        })
      })
      const found = await fc.check(property, {
        seed: context.random.integer(2 ** 31),
        numRuns: runs,
      })
      if (!found.counterexample) return
      const [steps] = found.counterexample
      const error = await failureOf(context, handles, steps)
      throw explained(error ?? found.errorInstance, steps, found)
    },
  }),
]

async function attempt(
  context: CaseContext,
  handles: readonly RecordedStore[],
  steps: readonly ModelStep[],
): Promise<void> {
  const model = new StoreModel(context, handles)
  for (const step of steps) await model.take(step)
  await model.check()
}

/** Runs the steps once more, so that the last operations in the log are those of the smallest failure. */
function failureOf(
  context: CaseContext,
  handles: readonly RecordedStore[],
  steps: readonly ModelStep[],
): Promise<unknown> {
  return attempt(context, handles, steps).then(
    () => undefined,
    (error: unknown) => error,
  )
}

function explained(
  error: unknown,
  steps: readonly ModelStep[],
  {
    seed,
    counterexamplePath,
  }: { readonly seed: number; readonly counterexamplePath: string | null },
): Error {
  const { message, expected, actual } =
    error instanceof assert.AssertionError
      ? error
      : new assert.AssertionError({ message: `${error}` })
  const lines = [message, 'after:', ...steps.map((step) => `  ${describeStep(step)}`)]
  lines.push(`fast-check seed ${seed}, path "${counterexamplePath}"`)
  return new assert.AssertionError({ message: lines.join('\n'), expected, actual })
}
