import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { RunOptions } from '../run-options.ts'
import type { Subject } from '../subject/subject.ts'

/** What a module that describes a store exports. */
export interface SubjectModule {
  readonly subject: Subject
  /** Options of the run; arguments of the command override them. */
  readonly options?: RunOptions
  /** Called once, after the last case. Closes what the module itself opened, such as a server. */
  teardown?(): unknown
}

/**
 * Imports a subject module.
 * @throws when the module cannot be imported, or does not export a subject.
 */
export async function importSubject(path: string): Promise<SubjectModule> {
  const exported = await imported(path)
  const { subject } = exported
  if (typeof subject !== 'object' || typeof subject.setup !== 'function') {
    throw new TypeError(`${path} does not export a "subject" with a function setup()`)
  }
  if (typeof subject.name !== 'string' || typeof subject.userIndex !== 'boolean') {
    throw new TypeError(
      `the subject of ${path} needs a name, and a userIndex that is true or false`,
    )
  }
  return { ...exported, subject }
}

async function imported(path: string): Promise<Partial<SubjectModule>> {
  try {
    return await import(pathToFileURL(resolve(path)).href)
  } catch (cause) {
    const why = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
    throw new Error(`${path} cannot be imported: ${why}`, { cause })
  }
}
