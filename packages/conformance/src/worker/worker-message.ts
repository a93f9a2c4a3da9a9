import type { SessionToStore, StoredSession } from '@mako-session/core'
import type { WriteAttempt } from '../operations/check-history.ts'

/** The commands of a worker process, with their arguments and answers. */
export interface WorkerCommands {
  open: { given: [module: string, namespace: string, arg: string | undefined]; answer: null }
  read: { given: [key: string]; answer: StoredSession | null }
  create: { given: [key: string, session: SessionToStore]; answer: boolean }
  update: {
    given: [key: string, expectedVersion: string, session: SessionToStore]
    answer: boolean
  }
  delete: { given: [key: string]; answer: null }
  gc: { given: []; answer: number }
  findByUser: { given: [userKey: string]; answer: readonly string[] }
  increment: {
    given: [key: string, times: number, seed: number, name: string]
    answer: WriteAttempt[]
  }
  /** Closes the client and lets the process end. The answer is what still keeps the process alive. */
  letGo: { given: []; answer: string[] }
}

/** A command that is sent to a worker process. */
export type WorkerRequest = {
  [Name in keyof WorkerCommands]: {
    readonly id: number
    readonly command: Name
    readonly given: WorkerCommands[Name]['given']
  }
}[keyof WorkerCommands]

/** The answer of a worker process. `error` is the stack of what was thrown. */
export type WorkerReply =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly error: string }
