import { writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { PackedFolder } from '@mako-session/packed/folder'

const require = createRequire(import.meta.url)

/** Versions of TypeScript that users may have, and where each is installed. */
const compilers = {
  '7': require.resolve('typescript/package.json'),
  '5.9': require.resolve('typescript-5.9/package.json'),
  '5.4': require.resolve('typescript-5.4/package.json'),
}

export type Compiler = keyof typeof compilers

/** The strictest options that a user's project for Node may have. */
const strictOptions = {
  strict: true,
  module: 'nodenext',
  target: 'es2022',
  lib: ['es2023'],
  types: ['node'],
  skipLibCheck: false,
  allowImportingTsExtensions: true,
  noEmit: true,
}

/** Compiles the `examples` in a folder and resolves the lines of errors that the compiler prints. */
export async function compileProject(
  folder: PackedFolder,
  compiler: Compiler,
  exactOptionalPropertyTypes: boolean,
): Promise<string[]> {
  const project = `tsconfig-${compiler}-${exactOptionalPropertyTypes}.json`
  const compilerOptions = { ...strictOptions, exactOptionalPropertyTypes }
  const config = JSON.stringify({ compilerOptions, include: ['examples'] })
  await writeFile(join(folder.path, project), config)
  const tsc = join(dirname(compilers[compiler]), 'bin', 'tsc')
  try {
    await folder.run(process.execPath, tsc, '--project', project, '--pretty', 'false')
    return []
  } catch (error) {
    // The compiler prints its errors on stdout. If there are none, the compiler itself failed.
    if (!(error instanceof Error && 'stdout' in error && error.stdout)) throw error
    return String(error.stdout)
      .trim()
      .split(/\n(?! )/)
  }
}
