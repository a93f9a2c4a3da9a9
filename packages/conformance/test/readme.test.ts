import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { runnableCases as cases } from '../src/runnable-cases.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const examples = new URL('./example/', import.meta.url)

describe('README.md', () => {
  it.each(readdirSync(examples))('shows the file %s, which these tests run', (name) => {
    const code = readFileSync(new URL(name, examples), 'utf8')
    expect(readme).toContain(`\`\`\`ts\n// ${name}\n${code}\`\`\``)
  })

  it('names each case beside its clause, and no case beside another clause', () => {
    const inList = readme.split(/\n+- \*\*|\n\n/).flatMap((item) => {
      const clause = /^(S\d+)\*\* /.exec(item)?.[1]
      return clause ? (item.match(/`\w+\/[\w-]+`/g) ?? []).map((id) => `${clause} ${id}`) : []
    })
    const ofContract = cases.filter(({ clause }) => clause !== 'harness')
    expect(inList.sort()).toEqual(ofContract.map(({ id, clause }) => `${clause} \`${id}\``).sort())
    for (const { id } of cases) expect(readme).toContain(`\`${id}\``)
  })
})
