import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { conformanceCommand, startCommand } from './conformance-command.ts'

const id = 'create/then-read'

describe('mako-conformance', () => {
  it('ends with 0 when no case failed, and prints the verdict', async () => {
    const { exitCode, stdout, stderr } = await conformanceCommand('./subjects/right.ts')
    expect(stdout).toMatch(/\nMemoryStore is conformant with edition 2: 66 passed, 12 not shown \(/)
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  })

  it('ends with 1 when a case failed, and prints the command that runs it again', async () => {
    const stale = 'update/stale-version-is-false-and-unchanged'
    const args = ['./subjects/mutant.ts', '--only', stale]
    const { exitCode, stdout } = await conformanceCommand(...args)
    expect(exitCode).toBe(1)
    const lines = stdout.trim().split('\n')
    expect(lines[0]).toMatch(`FAILED ${stale} (S3): update `)
    expect(lines).toContain('expected: false')
    expect(lines).toContain('actual:   true')
    expect(stdout).toMatch(
      /\nlast operations:\n( {2}.*\n)* {2}mako#\d\.update\('[0-9a-f]{32}', .* -> true\n/,
    )
    expect(lines.at(-1)).toMatch(/^the reference store is not conformant with edition 2: 1 failed/)
    const [, again = ''] = /^to run it again: npx mako-conformance (.*)$/m.exec(stdout) ?? []
    const second = await conformanceCommand(...again.split(' '))
    expect(second.stdout).toBe(stdout)
  })

  it('runs the subject of the guide', async () => {
    const args = ['./example/directory-subject.ts', '--only', id]
    expect(await conformanceCommand(...args)).toMatchObject({ exitCode: 0, stderr: '' })
  })

  it('takes the options that the module exports', async () => {
    const args = ['./subjects/known-failure.ts', '--only', id]
    const { exitCode, stdout } = await conformanceCommand(...args)
    expect(stdout).toMatch(`known to fail: ${id} (not yet)`)
    expect(exitCode).toBe(0)
  })

  it('reports failures of newer cases as advice', async () => {
    const args = ['./subjects/canary.ts', '--only', id, '--edition', '0']
    const { exitCode, stdout } = await conformanceCommand(...args)
    expect(stdout).toMatch(`ADVISORY ${id} (S2)`)
    expect(exitCode).toBe(0)
  })

  it('prints other formats, and writes the report to a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mako-command-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const file = join(folder, 'report.json')
    const args = ['./subjects/right.ts', '--only', id, '--seed', '7', '--report', file]
    const { stdout } = await conformanceCommand(...args, '--format', 'markdown')
    expect(stdout).toMatch('# MemoryStore\n')
    const report = JSON.parse(readFileSync(file, 'utf8'))
    expect(report).toMatchObject({ subject: 'MemoryStore', seed: 7, results: [{ id }] })
  })

  it.each([
    ['no module', []],
    ['two modules', ['./subjects/right.ts', './subjects/canary.ts']],
    ['an option that it does not have', ['./subjects/right.ts', '--fast']],
    ['a format that it does not have', ['./subjects/right.ts', '--format', 'pdf']],
    ['a seed that is no number', ['./subjects/right.ts', '--seed', '0x7']],
  ])('ends with 2 when it is given %s, and names --help', async (_, args) => {
    const { exitCode, stdout, stderr } = await conformanceCommand(...args)
    expect(stderr).toMatch(/^mako-conformance: .*\nmako-conformance --help lists the arguments\n$/)
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
  })

  it.each([
    ['the module does not exist', ['nowhere.ts'], 'nowhere.ts cannot be imported'],
    ['it exports no subject', ['subjects/no-subject.ts'], 'does not export a "subject"'],
    ['a case does not exist', ['subjects/right.ts', '--only', 'x/y'], 'there is no case "x/y"'],
    ['nothing was run', ['subjects/right.ts', '--only', 'gc/rows-are-gone'], 'no case was run'],
    [
      'the store ends the process',
      ['subjects/exits.ts', '--only', id],
      `ended with 0 during ${id}`,
    ],
    [
      'the module leaves something open',
      ['subjects/keeps-a-server.ts', '--only', id],
      'TCPServerWrap has been open since the import',
    ],
    ['the store blocks the process', ['subjects/blocks.ts', '--only', id], `${id} has kept the`],
  ])('ends with 2 when %s', async (_, args, message) => {
    const { exitCode, stdout, stderr } = await conformanceCommand(...args)
    expect(stderr).toMatch(/^mako-conformance: /)
    expect(stderr).toContain(message)
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
  })

  it.each([
    [
      'answers too late',
      'hangs',
      /the case took longer than 0\.2 seconds(.|\n)*read\(.* -> no answer yet/,
    ],
    ['throws at setup', 'throws-at-setup', /no backend(.|\n)*setup\(\) -> rejected: no backend/],
    [
      'throws outside of its calls',
      'throws-astray',
      /no call of the store rejected with(.|\n)*out of cheese/,
    ],
    [
      'throws outside of its calls, after its last answer',
      'throws-afterwards',
      /no call of the store rejected with(.|\n)*out of cheese/,
    ],
    ['leaves something open', 'leaves-open', /Timeout has been open since create\/then-read/],
  ])('fails the case in which a store %s', async (_, name, message) => {
    const { exitCode, stdout } = await conformanceCommand(`subjects/${name}.ts`, '--only', id)
    expect(stdout).toMatch(`FAILED ${id} (S2)`)
    expect(stdout).toMatch(message)
    expect(stdout).toMatch(`--only ${id} --seed `)
    expect(exitCode).toBe(1)
  })

  it('calls the teardown of the module', async () => {
    const args = ['subjects/closes-its-server.ts', '--only', id]
    expect(await conformanceCommand(...args)).toMatchObject({ exitCode: 0, stderr: '' })
  })

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('stops at %s, and ends with %d', async (signal, expected) => {
    const { child, result } = startCommand('subjects/waits.ts', '--only', id)
    child.stderr.once('data', () => child.kill(signal))
    const { exitCode, stdout, stderr } = await result
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: expected,
      stdout: '',
      stderr: 'reading\ndisposed\n',
    })
  })

  it('prints its usage and its version', async () => {
    const help = await conformanceCommand('--help')
    expect(help.stdout).toMatch('Usage: mako-conformance <subject module> [options]')
    const version = await conformanceCommand('--version')
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
    expect([help.exitCode, version.exitCode]).toEqual([0, 0])
  })
})
