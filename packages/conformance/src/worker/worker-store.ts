import type { SessionToStore, Store, StoredSession, UserIndex } from '@mako-session/core'
import type { WriteAttempt } from '../operations/check-history.ts'
import { brief, type OperationLog } from '../operations/operation-log.ts'
import type { WorkerCommands } from './worker-message.ts'
import type { WorkerProcess } from './worker-process.ts'

/** A handle of the store under test that another process has opened. */
export class WorkerStore implements Store, UserIndex {
  readonly #process: WorkerProcess
  readonly #name: string
  readonly #log: OperationLog

  constructor(process: WorkerProcess, name: string, log: OperationLog) {
    this.#process = process
    this.#name = name
    this.#log = log
  }

  /** Resolves when the process has ended, with how it ended. */
  get ended(): Promise<string> {
    return this.#process.ended
  }

  /** Imports the worker module in that process, and opens the store. */
  async open(module: string, namespace: string, arg: string | undefined): Promise<void> {
    await this.#ask('open', module, namespace, arg)
  }

  async read(key: string): Promise<StoredSession | undefined> {
    return (await this.#ask('read', key)) ?? undefined
  }

  create(key: string, session: SessionToStore): Promise<boolean> {
    return this.#ask('create', key, session)
  }

  update(key: string, expectedVersion: string, session: SessionToStore): Promise<boolean> {
    return this.#ask('update', key, expectedVersion, session)
  }

  async delete(key: string): Promise<void> {
    await this.#ask('delete', key)
  }

  gc(): Promise<number> {
    return this.#ask('gc')
  }

  findByUser(userKey: string): Promise<readonly string[]> {
    return this.#ask('findByUser', userKey)
  }

  /** Closes the client in that process, and lets the process end. Resolves what still keeps it alive. */
  letGo(): Promise<readonly string[]> {
    return this.#ask('letGo')
  }

  /** Runs `increment` in that process, with random numbers that follow from `seed`. */
  increment(key: string, times: number, seed: number): Promise<WriteAttempt[]> {
    return this.#ask('increment', key, times, seed, this.#name)
  }

  #ask<Name extends keyof WorkerCommands>(
    command: Name,
    ...given: WorkerCommands[Name]['given']
  ): Promise<WorkerCommands[Name]['answer']> {
    const text = () => `${this.#name}.${command}(${given.map(brief).join(', ')})`
    return this.#log.record(text, () => this.#process.ask(command, ...given))
  }
}
