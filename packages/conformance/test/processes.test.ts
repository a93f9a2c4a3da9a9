import { describe, expect, it } from 'vitest'
import { realWait, type Wait } from '../src/context/wait.ts'
import type { CaseResult } from '../src/report/conformance-report.ts'
import { runCase } from '../src/run/run-case.ts'
import { runConformance } from '../src/run-conformance.ts'
import type { RunOptions } from '../src/run-options.ts'
import { runnableCases as cases } from '../src/runnable-cases.ts'
import { subject } from './example/directory-subject.ts'
import { mutantSubject } from './mutant-subject.ts'

const alternating = 'update/alternating-processes-see-each-other'

describe('cases with processes', () => {
  it('say what keeps a process alive, and that closeClient has to close it', async () => {
    const id = 'lifecycle/does-not-keep-the-process-alive'
    const conformanceCase = cases.find((each) => each.id === id)
    if (!conformanceCase) throw new Error(`there is no case ${id}`)
    const subject = mutantSubject(1, { fails: [id], worker: 'keeps-a-timer' })
    const wait: Wait = (_, signal) => realWait(0.1, signal)
    const settings = { seed: 1, timeLimit: undefined, signal: undefined, wait }
    expect(await runCase(conformanceCase, subject, settings)).toMatchObject({
      error: {
        message: expect.stringMatching(
          /after 120 seconds the process is alive, and holds .*Timeout: closeClient .* has to close/,
        ),
      },
    })
  })

  it('fail with a message when the worker module has no openStore', async () => {
    const result = await runWith('no-store', alternating)
    expect(result?.error?.message).toMatch(/no-store\.ts does not export a function openStore/)
  })

  it('fail with a message when the worker module does not exist', async () => {
    const result = await runWith('nowhere', alternating)
    expect(result?.error?.message).toMatch(/Cannot find module .*nowhere\.ts/)
  })

  it('fail when a worker process dies, and show its stderr', async () => {
    const result = await runWith('dies', alternating)
    expect(result?.error?.message).toMatch(/worker process \d+ ended with 3\nout of cheese/)
  })

  it('fail when a worker process hangs, and end it', async () => {
    const result = await runWith('hangs', alternating, { timeLimit: 3 })
    expect(result?.error?.message).toMatch(/the case took longer than 3 seconds/)
    expect(result?.error?.message).toMatch(/process1\.\w+\(.*-> no answer yet/)
    expect(process.getActiveResourcesInfo()).not.toContain('ProcessWrap')
  })

  it('end their processes when the run is stopped', async () => {
    const controller = new AbortController()
    const worker = {
      get module() {
        setImmediate(() => controller.abort(new Error('enough')))
        return new URL('./broken/hangs.ts', import.meta.url)
      },
    }
    const options = { only: [alternating], signal: controller.signal }
    const running = runConformance({ ...subject, worker }, options)
    await expect(running).rejects.toThrow('enough')
    expect(process.getActiveResourcesInfo()).not.toContain('ProcessWrap')
  })
})

async function runWith(
  module: string,
  id: string,
  options: RunOptions = {},
): Promise<CaseResult | undefined> {
  const worker = { module: new URL(`./broken/${module}.ts`, import.meta.url) }
  const { results } = await runConformance({ ...subject, worker }, { ...options, only: [id] })
  return results[0]
}
