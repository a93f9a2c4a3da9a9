import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { OperationLog } from '../operations/operation-log.ts'
import { WorkerProcess } from './worker-process.ts'
import { WorkerStore } from './worker-store.ts'

/** The worker processes of one case. They end with the case. */
export class WorkerPool {
  readonly #log: OperationLog
  readonly #processes: WorkerProcess[] = []

  constructor(log: OperationLog) {
    this.#log = log
  }

  /**
   * Starts a process that imports `module` and opens the store with it.
   * @throws when the module cannot be imported, or has no `openStore`.
   */
  async open(
    module: string | URL,
    namespace: string,
    arg: string | undefined,
  ): Promise<WorkerStore> {
    const process = new WorkerProcess()
    this.#processes.push(process)
    const store = new WorkerStore(process, `process${this.#processes.length}`, this.#log)
    await store.open(importable(module), namespace, arg)
    return store
  }

  /** Ends all processes at once, also those that hang. */
  async end(): Promise<void> {
    await Promise.all(this.#processes.map((process) => process.end()))
  }
}

function importable(module: string | URL): string {
  const text = String(module)
  return text.startsWith('file:') ? text : pathToFileURL(resolve(text)).href
}
