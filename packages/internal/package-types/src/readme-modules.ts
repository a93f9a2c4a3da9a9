import { readmeCode } from '@mako-session/packed/readme-code'

/** A block of code of a README, as a module of TypeScript. */
export interface ReadmeModule {
  /** The name that the first line gives the file, else one after the line of the README. */
  readonly name: string
  /** Its text. Each line of the code has the number that it has in the README. */
  readonly text: string
}

/** What blocks that import nothing may use: such a block shows calls alone. */
const prelude = [
  "import { Redis } from 'ioredis'",
  "import type { Session } from '@mako-session/core'",
  'declare const session: Session<{ cart: string[]; visits: number; theme: string }>',
].join('; ')

/** All blocks of JavaScript and TypeScript of a README. */
export function readmeModules(readme: URL): ReadmeModule[] {
  return readmeCode(readme).map(({ line, code }) => {
    const [, name = `line-${line}.ts`] = /^\/\/ (\S+\.ts)\n/.exec(code) ?? []
    const isComplete = /^(import|export) /m.test(code)
    return { name, text: `${isComplete ? '' : prelude}${'\n'.repeat(line)}${code}` }
  })
}
