import type { Store, UserIndex } from '@mako-session/core'
import { increment } from '../operations/increment.ts'
import { SeededRandom } from '../operations/seeded-random.ts'
import type { CloseClient, OpenStore } from '../subject/subject.ts'
import type { WorkerReply, WorkerRequest } from './worker-message.ts'

interface WorkerModule {
  readonly openStore?: OpenStore
  readonly closeClient?: CloseClient
}

let opened: (Store & Partial<UserIndex>) | undefined
let closeClient: CloseClient | undefined

process.on('message', (request: WorkerRequest) => {
  answer(request).then(
    (answered) => send({ id: request.id, answer: answered ?? null }),
    (error) => send({ id: request.id, error: textOf(error) }),
  )
})
// The process of the run has ended or closed the channel. End too, also where the store keeps this process
// alive.
process.on('disconnect', () => process.exit())

async function answer(request: WorkerRequest): Promise<unknown> {
  if (request.command === 'open') {
    opened = await open(...request.given)
    return
  }
  if (!opened) throw new Error('the worker has no store yet')
  switch (request.command) {
    case 'read':
      return opened.read(...request.given)
    case 'create':
      return opened.create(...request.given)
    case 'update':
      return opened.update(...request.given)
    case 'delete':
      return opened.delete(...request.given)
    case 'gc':
      return opened.gc()
    case 'findByUser':
      return opened.findByUser?.(...request.given)
    case 'letGo':
      await closeClient?.()
      process.channel?.unref()
      return process.getActiveResourcesInfo()
    case 'increment': {
      const [key, times, seed, name] = request.given
      return increment(opened, key, times, new SeededRandom(seed, name))
    }
  }
}

async function open(module: string, namespace: string, arg: string | undefined): Promise<Store> {
  const exported: WorkerModule = await import(module)
  closeClient = exported.closeClient
  if (typeof exported.openStore === 'function') return exported.openStore(namespace, arg)
  throw new TypeError(`${module} does not export a function openStore(namespace, arg)`)
}

function send(reply: WorkerReply): void {
  process.send?.(reply)
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
