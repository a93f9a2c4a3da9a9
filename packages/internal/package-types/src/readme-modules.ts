import { readmeCode } from '@mako-session/packed/readme-code'

/** A block of code of a README, as a TypeScript module. */
export interface ReadmeModule {
  /** The file name in the first line of the block. Without one, a name made of the line in the README. */
  readonly name: string
  /** Its text. Each line of the code has the same line number as in the README. */
  readonly text: string
}

/** Put before a block that imports nothing, because such a block only shows calls. */
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
