import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { WorkerCommands, WorkerReply } from './worker-message.ts'

// The worker's file has the ending of this file: .js in the built package, .ts in the sources.
const main = new URL(`./worker-main${import.meta.url.slice(-3)}`, import.meta.url)

/** A process that carries out commands. When it ends, commands without an answer reject. */
export class WorkerProcess {
  /** Resolves when the process has ended: with its exit code or signal, and the end of its stderr. */
  readonly ended: Promise<string>
  readonly #child: ChildProcess
  readonly #pending = new Map<number, Pending>()
  #lastId = 0
  #end: string | undefined
  #complaints = ''

  constructor() {
    this.#child = fork(main, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
    this.ended = once(this.#child, 'close').then(
      ([code, signal]) => this.#over(`ended with ${signal ?? code}`),
      (error) => this.#over(`could not be started: ${error.message}`),
    )
    this.#child.on('message', (reply: WorkerReply) => this.#settle(reply))
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#complaints = (this.#complaints + text).slice(-2_000)
    })
  }

  /** Sends a command and resolves its answer. */
  ask<Name extends keyof WorkerCommands>(
    command: Name,
    ...given: WorkerCommands[Name]['given']
  ): Promise<WorkerCommands[Name]['answer']> {
    return new Promise((resolve, reject) => {
      if (this.#end !== undefined) {
        reject(new Error(this.#end))
        return
      }
      const id = ++this.#lastId
      this.#pending.set(id, { resolve, reject })
      // The error of send is ignored: the process is about to close, and that rejects the command.
      this.#child.send({ id, command, given }, () => undefined)
    })
  }

  /** Kills the process, and resolves when it has ended. */
  async end(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.ended
  }

  #settle(reply: WorkerReply): void {
    const pending = this.#pending.get(reply.id)
    this.#pending.delete(reply.id)
    if ('error' in reply) pending?.reject(new Error(`in the worker process: ${reply.error}`))
    else pending?.resolve(reply.answer)
  }

  #over(how: string): string {
    this.#end = `worker process ${this.#child.pid} ${how}\n${this.#complaints}`.trimEnd()
    for (const { reject } of this.#pending.values()) reject(new Error(this.#end))
    this.#pending.clear()
    return this.#end
  }
}

interface Pending {
  // biome-ignore lint/suspicious/noExplicitAny: the command tells the type of its answer.
  readonly resolve: (answer: any) => void
  readonly reject: (error: Error) => void
}
