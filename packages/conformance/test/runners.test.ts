import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { CaseResult } from '../src/report/conformance-report.ts'
import { runnableCases as cases } from '../src/runnable-cases.ts'

/** The outcome of each case, by its id. */
type Outcomes = Readonly<Record<string, 'passed' | 'failed' | 'skipped'>>

const vitest = fileURLToPath(new URL('../vitest.mjs', import.meta.resolve('vitest')))

describe('vitest, node --test and the command', () => {
  it.each([
    ['a correct store', 'right', 0],
    ['a store that does not delete', 'keeps-deleted', 1],
    ['a store whose create resolves false', 'canary', 1],
  ])('give the same outcomes with %s', async (_, subject, exitCode) => {
    const byCommand = await run(subject, '../src/command/command-main.ts', [
      `subjects/${subject}.ts`,
      '--format=json',
    ])
    const byVitest = await run(subject, vitest, ['run', '--config=runners/vitest.config.ts'])
    const byNode = await run(subject, '--test', [
      '--test-reporter=tap',
      'runners/suite.node-test.ts',
    ])
    const outcomes = outcomesOfCommand(byCommand.stdout)
    expect(outcomesOfVitest(byVitest.stdout)).toEqual(outcomes)
    expect(outcomesOfNode(byNode.stdout)).toEqual(outcomes)
    expect(Object.keys(outcomes)).toEqual(cases.map(({ id }) => id))
    const codes = [byCommand.exitCode, byVitest.exitCode, byNode.exitCode]
    expect(codes).toEqual([exitCode, exitCode, exitCode])
  })
})

function run(subject: string, main: string, args: readonly string[]) {
  const options = { cwd: import.meta.dirname, env: { ...process.env, SUBJECT: subject } }
  return new Promise<{ exitCode: unknown; stdout: string }>((resolve) => {
    execFile(process.execPath, [main, ...args], options, (error, stdout) =>
      resolve({ exitCode: error?.code ?? 0, stdout }),
    )
  })
}

function outcomesOfCommand(json: string): Outcomes {
  const { results }: { results: readonly CaseResult[] } = JSON.parse(json)
  const outcomeOf = ({ status }: CaseResult) =>
    status === 'passed' || status === 'failed' ? status : 'skipped'
  return Object.fromEntries(results.map((result) => [result.id, outcomeOf(result)]))
}

function outcomesOfVitest(json: string): Outcomes {
  const { testResults } = JSON.parse(json)
  const tests: readonly { title: string; status: string }[] = testResults[0].assertionResults
  const outcomeOf = (status: string) =>
    status === 'passed' || status === 'failed' ? status : 'skipped'
  return Object.fromEntries(tests.map(({ title, status }) => [idOf(title), outcomeOf(status)]))
}

function outcomesOfNode(tap: string): Outcomes {
  const lines = tap.matchAll(/^ +(not ok|ok) \d+ - (\w+\/.*)$/gm)
  return Object.fromEntries(
    Array.from(lines, ([, result, title = '']) => {
      const outcome = result === 'ok' ? 'passed' : 'failed'
      return [idOf(title), / # SKIP/.test(title) ? 'skipped' : outcome]
    }),
  )
}

function idOf(title: string): string {
  return title.split(':')[0] ?? ''
}
