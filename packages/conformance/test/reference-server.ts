import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { Store, UserIndex } from '@mako-session/core'

type Stores = Store & UserIndex
type Method = keyof Stores

/** A call of a store in another process. */
interface RemoteCall {
  readonly id: number
  readonly namespace: string
  readonly method: Method
  readonly given: unknown[]
}

/** The answer of a call; `error` is the message of what was thrown. */
interface RemoteAnswer {
  readonly id: number
  readonly answer?: unknown
  readonly error?: string
}

/** Lets other processes call stores of this process. Each call is a line of JSON, and so is its answer. */
export async function serveStores(open: (namespace: string) => Store) {
  const answer = ({ id, namespace, method, given }: RemoteCall): Promise<RemoteAnswer> => {
    const store: Partial<Stores> = open(namespace)
    const called = Reflect.apply(store[method] ?? fail, store, given) as Promise<unknown>
    return called.then(
      (answered) => ({ id, answer: answered }),
      (error: Error) => ({ id, error: error.message }),
    )
  }
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    // The calling process may have been killed: then its socket has an error, and the answer is not sent.
    socket.on('error', () => {}).once('close', () => sockets.delete(socket))
    createInterface(socket).on('line', (line) => {
      void answer(JSON.parse(line)).then((reply) => socket.write(`${JSON.stringify(reply)}\n`))
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

function fail(): never {
  throw new Error('the store has no such method')
}

/** A store of the process that serves at `port`. It keeps its own process alive only during a call. */
export function remoteStore(port: number, namespace: string): Stores {
  const socket = connect(port, '127.0.0.1').setNoDelay().unref()
  const pending = new Map<number, (answer: RemoteAnswer) => void>()
  let lastId = 0
  createInterface(socket).on('line', (line) => {
    const answer: RemoteAnswer = JSON.parse(line)
    pending.get(answer.id)?.(answer)
    pending.delete(answer.id)
    if (pending.size === 0) socket.unref()
  })
  const ask =
    (method: Method) =>
    async (...given: unknown[]) => {
      lastId += 1
      const call: RemoteCall = { id: lastId, namespace, method, given }
      socket.ref().write(`${JSON.stringify(call)}\n`)
      const answered = await new Promise<RemoteAnswer>((resolve) => pending.set(call.id, resolve))
      if (answered.error !== undefined) throw new Error(answered.error)
      // JSON leaves undefined out, so a missing answer is undefined again.
      return answered.answer as never
    }
  return {
    read: ask('read'),
    create: ask('create'),
    update: ask('update'),
    delete: ask('delete'),
    gc: ask('gc'),
    findByUser: ask('findByUser'),
  }
}
