import { once } from 'node:events'
import { inspect } from 'node:util'
import { SessionManager } from '@mako-session/core'
import { makeRequest, type RequestOrder } from './interleaved-request.ts'
import type { RequestMessage } from './request-process.ts'
import { ReusedManager } from './reused-manager.ts'

const [module = '', namespace = '', arg = ''] = process.argv.slice(2)
const manager = new ReusedManager(SessionManager)
const opening = import(module).then(({ openStore }) => openStore(namespace, arg))

process.on('message', (message: RequestOrder | 'go') => {
  if (message !== 'go') void answer(message)
})
process.once('disconnect', () => process.exit())

async function answer(order: RequestOrder): Promise<void> {
  const turn = async () => {
    const gone = once(process, 'message')
    say({ kind: 'waiting' })
    await gone
  }
  await opening
    .then((store) => makeRequest(manager, store, order, turn))
    .then(
      (outcome) => say({ kind: 'done', outcome }),
      (error: unknown) => say({ kind: 'failed', message: inspect(error) }),
    )
}

function say(message: RequestMessage): void {
  process.send?.(message)
}
