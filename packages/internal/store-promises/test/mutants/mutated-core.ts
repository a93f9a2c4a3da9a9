import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { SessionManagerClass } from '../../src/reused-manager.ts'

/** An edit of the sources of core that takes one of its rules away. */
export interface CoreEdit {
  /** The file, below `src`. */
  readonly file: string
  /** Text that stands in the file exactly once. */
  readonly original: string
  readonly replacement: string
}

const sources = dirname(fileURLToPath(import.meta.resolve('@mako-session/core')))

/**
 * Copies core, edits the copy, and runs a test with the session manager of that.
 * @throws {Error} when the edit does not apply, because core has changed.
 */
export async function withMutatedCore(
  { file, original, replacement }: CoreEdit,
  test: (Manager: SessionManagerClass) => Promise<void>,
): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'mako-mutant-'))
  try {
    await cp(sources, directory, { recursive: true })
    await writeFile(join(directory, 'package.json'), '{ "type": "module" }')
    const text = await readFile(join(directory, file), 'utf8')
    const [before, after, ...more] = text.split(original)
    if (before === undefined || after === undefined || more.length > 0) {
      throw new Error(`The mutant no longer applies: the text has to stand once in ${file}`)
    }
    await writeFile(join(directory, file), before + replacement + after)
    const core: typeof import('@mako-session/core') = await import(join(directory, 'index.ts'))
    await test(core.SessionManager)
  } finally {
    await rm(directory, { recursive: true })
  }
}
