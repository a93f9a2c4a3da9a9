import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { RequestOrder, RequestOutcome } from './interleaved-request.ts'
import { nextMessage } from './next-message.ts'
import type { Turn } from './schedule-explorer.ts'
import type { StoreModule } from './session-server.ts'

/** A message of a request process: a store call waits for its turn, or the request has ended. */
export type RequestMessage =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'done'; readonly outcome: RequestOutcome }
  | { readonly kind: 'failed'; readonly message: string }

/** A process that makes requests, one at a time, over a store of its own. */
export class RequestProcess {
  readonly #child: ChildProcess

  constructor({ module, namespace, arg }: StoreModule) {
    const main = new URL('./request-process-main.ts', import.meta.url)
    this.#child = fork(main, [module.href, namespace, arg], { execArgv: [] })
  }

  /** Makes a request; each of its store calls waits for its turn. */
  async request(order: RequestOrder, turn: Turn): Promise<RequestOutcome> {
    this.#child.send(order)
    for (;;) {
      const message = (await nextMessage(this.#child)) as RequestMessage
      if (message.kind === 'done') return message.outcome
      if (message.kind === 'failed') throw new Error(message.message)
      await turn()
      this.#child.send('go')
    }
  }

  async stop(): Promise<void> {
    const exited = once(this.#child, 'exit')
    this.#child.disconnect()
    await exited
  }
}
