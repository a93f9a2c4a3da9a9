import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { registerConformance } from '../src/register-conformance.ts'
import type { RunOptions } from '../src/run-options.ts'
import type { Subject } from '../src/subject/subject.ts'
import { brokenSubject, opening } from './broken-subject.ts'
import { memorySubject } from './memory-subject.ts'

const id = 'create/then-read'
const broken = brokenSubject((right) => opening(right, { create: async () => false }))

describe('registerConformance', () => {
  it('registers a test for each case that is chosen', async () => {
    const { tests, skipped } = register(memorySubject, { only: [id] })
    expect(tests.map(({ name }) => name)).toEqual([
      `${id}: create stores a record and resolves true`,
    ])
    expect(skipped).toEqual([])
    await tests[0]?.test()
  })

  it('fails the test when a case fails', async () => {
    const { tests } = register(broken, { only: [id] })
    await expect(tests[0]?.test()).rejects.toThrow(`${id} (S2)`)
  })

  it('gives a case more time than its own limit', () => {
    const { tests } = register(memorySubject, { only: [id], timeLimit: 10 })
    expect(tests[0]?.timeoutMs).toBeGreaterThan(20_000)
  })

  it('skips cases that are excluded or not shown, and says why', () => {
    const only = [id, 'update/four-processes', 'read/missing-is-undefined']
    const { skipped } = register(memorySubject, { only, exclude: { [id]: 'issue 12' } })
    expect(skipped).toEqual([
      expect.stringMatching(/^create\/then-read: .* \(excluded: issue 12\)$/),
      expect.stringMatching(/^update\/four-processes: .* \(not shown: .* no worker module\)$/),
    ])
  })

  it('skips a running test when the environment lacks something, or fails it without a skip', async () => {
    const { tests } = register(memorySubject, { only: ['gc/rows-are-gone'] })
    const reasons: string[] = []
    await tests[0]?.test({ skip: (reason: string) => reasons.push(reason) })
    expect(reasons).toEqual(['not shown: the environment has no peek'])
    await expect(tests[0]?.test()).rejects.toThrow('exclude the case')
  })

  it('passes a known failure that fails, fails one that passes, and skips a newer case that fails', async () => {
    const knownFailures = { [id]: 'issue 12' }
    await register(broken, { only: [id], knownFailures }).tests[0]?.test()
    const { tests } = register(memorySubject, { only: [id], knownFailures })
    await expect(tests[0]?.test()).rejects.toThrow('but knownFailures expects it to fail: issue 12')
    const advice: string[] = []
    const context = { skip: (reason: string) => advice.push(reason) }
    await register(broken, { only: [id], edition: 0 }).tests[0]?.test(context)
    expect(advice).toEqual([expect.stringMatching(/^advisory: create\/then-read \(S2\)/)])
  })

  it('throws when no case is left to register', () => {
    expect(() => register(memorySubject, { only: [] })).toThrow('no case is left')
  })

  it('runs under node --test as the guide shows', async () => {
    const path = fileURLToPath(new URL('./example/directory-store.node-test.ts', import.meta.url))
    const flags = ['--test', '--test-reporter=tap', '--test-name-pattern=read/', path]
    const { stdout } = await promisify(execFile)(process.execPath, flags)
    expect(stdout).toMatch(/^ +ok \d+ - read\/missing-is-undefined/m)
    expect(stdout).toMatch(/^# fail 0$/m)
  })
})

interface RegisteredTest {
  readonly name: string
  readonly test: (...given: unknown[]) => Promise<void>
  readonly timeoutMs: number
}

function register(subject: Subject, options: RunOptions) {
  const tests: RegisteredTest[] = []
  const skipped: string[] = []
  const runner = {
    describe: (_: string, define: () => void) => define(),
    it(name: string, test: RegisteredTest['test'], timeoutMs: number) {
      tests.push({ name, test, timeoutMs })
    },
    skip: (name: string) => skipped.push(name),
  }
  registerConformance(runner, subject, options)
  return { tests, skipped }
}
