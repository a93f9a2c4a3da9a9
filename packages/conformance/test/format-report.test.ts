import { describe, expect, it } from 'vitest'
import type { CaseResult, ConformanceReport } from '../src/report/conformance-report.ts'
import { formatReport } from '../src/report/format-report.ts'

const facts = { clause: 'S2', advisory: false, durationMs: 1_500 }
const error = new Error('create/b (S2): tells <b> & "c"\nexpected ```\nnul: \0')
const results: readonly CaseResult[] = [
  { ...facts, id: 'create/a', title: 'stores a | b', status: 'passed' },
  { ...facts, id: 'create/b', title: 'tells <b>', status: 'failed', error },
  { ...facts, id: 'create/c', title: 'is new', status: 'failed', advisory: true, error },
  { ...facts, id: 'gc/d', title: 'is known', status: 'known-failure', reason: 'issue 12', error },
  { ...facts, id: 'gc/e', title: 'is not shown', status: 'not-shown', reason: 'no peek' },
  { ...facts, id: 'gc/f', title: 'is left out', status: 'excluded', reason: 'not today' },
]
const report: ConformanceReport = {
  subject: 'Store & Co',
  edition: 1,
  seed: 7,
  conformant: false,
  results,
}

describe('formatReport', () => {
  it('text has the whole message of each failure, a line for each exception, and the verdict last', () => {
    expect(formatReport(report, 'text')).toBe(`FAILED ${error.message}

ADVISORY ${error.message}

known to fail: gc/d (issue 12)
not shown: gc/e (no peek)
excluded: gc/f (not today)

Store & Co is not conformant with edition 1: 1 passed, 1 failed, 1 failed, advisory, 1 known to fail, 1 not shown, 1 excluded (seed 7)
`)
  })

  it('markdown shows every case, and escapes its text', () => {
    const failures = [error, error, error].map(({ message }) => `\`\`\`\`\n${message}\n\`\`\`\`\n`)
    expect(formatReport(report, 'markdown')).toBe(`# Store & Co

This store is not conformant with edition 1 of the mako-session conformance suite: 1 passed, 1 failed, 1 failed, advisory, 1 known to fail, 1 not shown, 1 excluded.

| case | clause | result |
|---|---|---|
| \`create/a\`: stores a \\| b | S2 | passed |
| \`create/b\`: tells \\<b> | S2 | failed |
| \`create/c\`: is new | S2 | failed, advisory |
| \`gc/d\`: is known | S2 | known to fail, issue 12 |
| \`gc/e\`: is not shown | S2 | not shown, no peek |
| \`gc/f\`: is left out | S2 | excluded, not today |

${failures.join('\n')}`)
  })

  it('junit counts the failures for which the command ends with 1', () => {
    const message =
      'create/b (S2): tells &lt;b&gt; &amp; &quot;c&quot;&#10;expected ```&#10;nul: \uFFFD'
    expect(formatReport(report, 'junit')).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="Store &amp; Co" tests="6" failures="1" skipped="4" time="9.000">
    <properties><property name="seed" value="7"/></properties>
    <testcase classname="create" name="create/a: stores a | b" time="1.500"/>
    <testcase classname="create" name="create/b: tells &lt;b&gt;" time="1.500"><failure message="expected \`\`\`">${message}</failure></testcase>
    <testcase classname="create" name="create/c: is new" time="1.500"><skipped message="advisory: ${message}"/></testcase>
    <testcase classname="gc" name="gc/d: is known" time="1.500"><skipped message="known to fail: issue 12"/></testcase>
    <testcase classname="gc" name="gc/e: is not shown" time="1.500"><skipped message="not shown: no peek"/></testcase>
    <testcase classname="gc" name="gc/f: is left out" time="1.500"><skipped message="excluded: not today"/></testcase>
  </testsuite>
</testsuites>
`)
  })

  it('json is the whole report, from which the other formats can be made', () => {
    const parsed: ConformanceReport = JSON.parse(formatReport(report, 'json'))
    const { name, message } = error
    expect(parsed.results[1]).toEqual({ ...results[1], error: { name, message } })
    for (const format of ['text', 'markdown', 'junit', 'json', 'badge'] as const) {
      expect(formatReport(parsed, format)).toBe(formatReport(report, format))
    }
  })

  it.each([
    [true, 'conformant with edition 1', '#2a7d2a'],
    [false, 'not conformant with edition 1', '#b32d2d'],
  ])('badge shows the verdict when conformant is %s', (conformant, verdict, color) => {
    const badge = formatReport({ ...report, conformant }, 'badge')
    expect(badge).toMatch(
      /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="\d+" .*<\/svg>\n$/s,
    )
    expect(badge).toContain(`aria-label="mako-session store: ${verdict}"`)
    expect(badge).toContain(`>${verdict}</text>`)
    expect(badge).toContain(`fill="${color}"`)
  })
})
