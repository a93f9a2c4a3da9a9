import { PackedFolder } from '@mako-session/packed/folder'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runnableCases as cases } from '../src/runnable-cases.ts'

const shown = cases.filter(
  ({ needs }) => !needs.includes('faults') && !needs.includes('work'),
).length

describe('A store on LMDB that is written with the guide and the packed packages only', () => {
  let folder: PackedFolder

  beforeAll(async () => {
    folder = await PackedFolder.copyOf(
      new URL('./outsider', import.meta.url),
      'core',
      'conformance',
    )
  })
  afterAll(() => folder?.remove())

  it('is installed with core and conformance, and without a test runner', async () => {
    expect(await folder.installed('@mako-session')).toEqual(['conformance', 'core'])
    const packages = Object.keys(
      JSON.parse(await folder.run('npm', 'ls', '--depth=0', '--json')).dependencies,
    )
    expect(packages).toEqual(['@mako-session/conformance', '@mako-session/core', 'lmdb'])
    expect(await folder.installed()).not.toContain('vitest')
  })

  it('passes by the command', async () => {
    const report = JSON.parse(
      await folder.run('npx', 'mako-conformance', './lmdb-subject.js', '--format=json'),
    )
    expect(report.conformant).toBe(true)
    const passed = report.results.filter(({ status }: { status: string }) => status === 'passed')
    expect(passed).toHaveLength(shown)
  })

  it('passes by node --test', async () => {
    const printed = await folder.run('node', '--test', '--test-reporter=tap')
    expect(printed).toMatch(new RegExp(`^# pass ${shown}$`, 'm'))
    expect(printed).toMatch(/^# fail 0$/m)
    expect(printed).toMatch(new RegExp(`^# skipped ${cases.length - shown}$`, 'm'))
  })
})
