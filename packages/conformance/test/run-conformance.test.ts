import { describe, expect, it } from 'vitest'
import { edition } from '../src/conformance-plan.ts'
import type { CaseResult } from '../src/report/conformance-report.ts'
import { runConformance } from '../src/run-conformance.ts'
import { runnableCases as cases } from '../src/runnable-cases.ts'
import type { Subject } from '../src/subject/subject.ts'
import { brokenSubject, opening } from './broken-subject.ts'
import { memorySubject } from './memory-subject.ts'

const id = 'create/then-read'

describe('runConformance', () => {
  it('reports every case, and as not shown those whose needs the subject does not offer', async () => {
    const report = await runConformance(memorySubject, { seed: 7 })
    const { results, ...rest } = report
    expect(rest).toEqual({ subject: 'MemoryStore', edition, seed: 7, conformant: true })
    expect(results.map((result) => result.id)).toEqual(cases.map((each) => each.id))
    expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['passed', 'not-shown']))
    const notShown = results.filter(({ status }) => status === 'not-shown')
    expect(notShown.map((result) => `${result.id}: ${result.reason}`)).toEqual([
      'read/foreign-record-is-undefined: the environment has no plant',
      'update/four-processes: the subject has no worker module',
      'update/alternating-processes-see-each-other: the subject has no worker module',
      'gc/rows-are-gone: the environment has no peek',
      'users/ten-thousand-sessions-of-others-cost-nothing: the environment has no work',
      'faults/refuse-rejects: the environment has no faults',
      'faults/stall-gives-no-false-answer: the environment has no faults',
      'faults/lost-reply-of-read-is-not-undefined: the environment has no faults',
      'faults/recovers: the environment has no faults',
      'lifecycle/constructor-does-no-io: the environment has no connect',
      'lifecycle/does-not-keep-the-process-alive: the subject has no worker module',
      'lifecycle/does-not-close-its-client: the environment has no connect',
    ])
  })

  it('shows the case, the values, the last operations and the command in the message of a failure', async () => {
    const subject = brokenSubject((right) =>
      opening(right, { read: async () => ({ version: 'stale', payload: '' }) }),
    )
    const { status, error } = await runOne(subject, { seed: 42 })
    expect(status).toBe('failed')
    expect(error).toMatchObject({ caseId: id, clause: 'S2', seed: 42, actual: 'stale' })
    expect(error?.message.split('\n')).toEqual(
      expect.arrayContaining([
        'create/then-read (S2): create stores a record and resolves true',
        expect.stringMatching(/^expected: '[\w-]{22}'$/),
        "actual:   'stale'",
        'last operations:',
        expect.stringMatching(/^ {2}mako#1\.read\('[0-9a-f]{32}'\) -> \{ version: 'stale', /),
        'to run it again: npx mako-conformance <subject module> --only create/then-read --seed 42',
      ]),
    )
    expect(subject.disposals()).toBe(1)
  })

  it('uses the same random numbers for the same seed', async () => {
    const subject = brokenSubject((right) => opening(right, { read: async () => undefined }))
    const messageOf = async (seed: number) => (await runOne(subject, { seed })).error?.message
    expect(await messageOf(1)).toBe(await messageOf(1))
    expect(await messageOf(1)).not.toBe(await messageOf(2))
  })

  it('fails a case whose store hangs, and disposes of its area', async () => {
    const subject = brokenSubject((right) => opening(right, { read: () => new Promise(() => {}) }))
    const { error } = await runOne(subject, { timeLimit: 0.1 })
    expect(error?.message).toMatch(
      /^create\/then-read .*\nthe case took longer than 0\.1 seconds\n/,
    )
    expect(error?.message).toMatch(/read\('[0-9a-f]{32}'\) -> no answer yet/)
    expect(subject.disposals()).toBe(1)
  })

  it('fails a case whose setup throws or hangs', async () => {
    const setupWith = (setup: Subject['setup']) => ({ ...memorySubject, setup })
    const throwing = setupWith(() => Promise.reject(new Error('no backend')))
    expect((await runOne(throwing)).error?.message).toMatch(/^create\/then-read .*\nno backend\n/)
    const hanging = setupWith(() => new Promise(() => {}))
    const { error } = await runOne(hanging, { timeLimit: 0.1 })
    expect(error?.message).toMatch(/the case took longer than 0\.1 seconds/)
  })

  it('disposes of an area whose setup ends after the time limit', async () => {
    let finish = (): void => {}
    let isDisposed = (): void => {}
    const disposed = new Promise<void>((resolve) => {
      isDisposed = resolve
    })
    const subject = brokenSubject(() => ({ dispose: async () => isDisposed() }))
    const slow = new Promise<void>((resolve) => {
      finish = resolve
    })
    const setup: Subject['setup'] = (context) => slow.then(() => subject.setup(context))
    const { status } = await runOne({ ...subject, setup }, { timeLimit: 0.1 })
    expect(status).toBe('failed')
    finish()
    await disposed
  })

  it('fails a case whose dispose throws or hangs', async () => {
    const throwing = brokenSubject(() => ({
      dispose: () => Promise.reject(new Error('still open')),
    }))
    expect((await runOne(throwing)).error?.message).toMatch(/still open/)
    const hanging = brokenSubject(() => ({ dispose: () => new Promise(() => {}) }))
    expect((await runOne(hanging, { timeLimit: 0.1 })).error?.message).toMatch(
      /dispose took longer than 0\.1/,
    )
  })

  it('stops when the signal aborts, after the area was disposed of', async () => {
    const controller = new AbortController()
    const subject = brokenSubject((right) =>
      opening(right, {
        read() {
          controller.abort(new Error('enough'))
          return new Promise(() => {})
        },
      }),
    )
    const running = runConformance(subject, { only: [id], signal: controller.signal })
    await expect(running).rejects.toThrow('enough')
    expect(subject.disposals()).toBe(1)
    await expect(runConformance(subject, { signal: controller.signal })).rejects.toThrow('enough')
  })

  it('reports not conformant when cases are left out or known to fail', async () => {
    const only = await runConformance(memorySubject, { only: [id] })
    expect(only).toMatchObject({ conformant: false, results: [{ id, status: 'passed' }] })
    const excluded = await runConformance(memorySubject, { exclude: { [id]: 'not today' } })
    expect(excluded.conformant).toBe(false)
    expect(excluded.results).toContainEqual(
      expect.objectContaining({ id, status: 'excluded', reason: 'not today' }),
    )
    const broken = brokenSubject((right) => opening(right, { create: async () => false }))
    const knownFailures = { [id]: 'issue 12' }
    const known = await runConformance(broken, { only: [id], knownFailures })
    expect(known).toMatchObject({
      conformant: false,
      results: [{ status: 'known-failure', reason: 'issue 12' }],
    })
  })

  it('fails a known failure that passes', async () => {
    const { status, error } = await runOne(memorySubject, { knownFailures: { [id]: 'issue 12' } })
    expect(status).toBe('failed')
    expect(error?.message).toBe(`${id} passed, but knownFailures expects it to fail: issue 12`)
  })

  it('reports the failure of a case that is newer than the edition of the run as advice', async () => {
    const { advisory } = await runOne(memorySubject, { edition: 0 })
    expect(advisory).toBe(true)
    const broken = brokenSubject((right) => opening(right, { delete: async () => {} }))
    const report = await runConformance(broken, { edition: 0 })
    expect(report.results.some(({ status }) => status === 'failed')).toBe(true)
    expect(report.conformant).toBe(true)
  })

  it('rejects when no case is left to run, and when no case could be run', async () => {
    await expect(runConformance(memorySubject, { only: [] })).rejects.toThrow('no case is left')
    const allExcluded = { only: [id], exclude: { [id]: 'no' } }
    await expect(runConformance(memorySubject, allExcluded)).rejects.toThrow('no case is left')
    const notShown = { only: ['gc/rows-are-gone'] }
    await expect(runConformance(memorySubject, notShown)).rejects.toThrow('no case was run')
  })

  it('rejects ids that do not exist, and a maxPayloadBytes below 1 MiB', async () => {
    for (const options of [{ only: ['x/y'] }, { exclude: { 'x/y': '' } }]) {
      await expect(runConformance(memorySubject, options)).rejects.toThrow('no case "x/y"')
    }
    const small = { ...memorySubject, maxPayloadBytes: 65_536 }
    await expect(runConformance(small)).rejects.toThrow('maxPayloadBytes must be at least')
  })
})

async function runOne(
  subject: Subject,
  options: Parameters<typeof runConformance>[1] = {},
): Promise<CaseResult> {
  const { results } = await runConformance(subject, { only: [id], ...options })
  const [result] = results
  if (!result) throw new Error('the report has no result')
  return result
}
