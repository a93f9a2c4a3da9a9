import { describe, expect, it } from 'vitest'
import type { CaseResult } from '../src/conformance-report.ts'
import { runConformance } from '../src/run-conformance.ts'
import type { RunOptions } from '../src/run-options.ts'
import { directorySubject } from './example/directory-subject.ts'

const fourProcesses = 'update/four-processes'
const alternating = 'update/alternating-processes-see-each-other'

describe('cases with processes', { timeout: 120_000 }, () => {
  it('find a lock that is only inside the process, with every seed', async () => {
    for (let seed = 1; seed <= 5; seed += 1) {
      const result = await runWith('locks-in-process', fourProcesses, { seed })
      expect(result?.status, `seed ${seed}`).toBe('failed')
    }
  })

  it('find a cache that is only inside the process', async () => {
    const result = await runWith('caches-in-process', alternating)
    expect(result?.error?.message).toMatch(/alternating-processes-see-each-other \(S8\)/)
  })

  it('say so when the worker module has no openStore', async () => {
    const result = await runWith('no-store', alternating)
    expect(result?.error?.message).toMatch(/no-store\.ts does not export a function openStore/)
  })

  it('say so when the worker module does not exist', async () => {
    const result = await runWith('nowhere', alternating)
    expect(result?.error?.message).toMatch(/Cannot find module .*nowhere\.ts/)
  })

  it('say so when a worker process dies, and what it complained of', async () => {
    const result = await runWith('dies', alternating)
    expect(result?.error?.message).toMatch(/worker process \d+ ended with 3\nout of cheese/)
  })

  it('say so when a worker process hangs, and end it', async () => {
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
    const running = runConformance({ ...directorySubject, worker }, options)
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
  const { results } = await runConformance(
    { ...directorySubject, worker },
    { ...options, only: [id] },
  )
  return results[0]
}
