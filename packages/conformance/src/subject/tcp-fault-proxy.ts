import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import type { FaultMode } from './subject.ts'

/** The server that a proxy connects to. */
export interface ProxiedServer {
  readonly port: number
  /** @default '127.0.0.1' */
  readonly host?: string
}

/** A TCP proxy between a client and its server that can make the connection fail. */
export interface TcpFaultProxy {
  /** The port of 127.0.0.1 on which it listens. */
  readonly port: number
  /**
   * Sets how the proxy behaves from now on. `up`: it forwards all data, also what it held back. `refuse`: it
   * closes connections and refuses new ones. `stall`: it keeps connections open and forwards nothing.
   * `lostReply`: it forwards what the client sends, and closes a connection as soon as the server answers.
   */
  set(mode: FaultMode): Promise<void>
  /** Closes all connections and stops listening. */
  close(): Promise<void>
}

/** Starts a {@link TcpFaultProxy} that is `up`, on a free port. */
export async function tcpFaultProxy(target: ProxiedServer): Promise<TcpFaultProxy> {
  const proxy = new FaultProxy(target)
  await proxy.listen(0)
  return proxy
}

class FaultProxy implements TcpFaultProxy {
  port = 0
  readonly #target: ProxiedServer
  readonly #sockets = new Set<Socket>()
  readonly #server: Server
  #mode: FaultMode = 'up'

  constructor(target: ProxiedServer) {
    this.#target = target
    this.#server = createServer((client) => this.#accept(client))
  }

  async listen(port: number): Promise<void> {
    await once(this.#server.listen(port, '127.0.0.1'), 'listening')
    this.port = (this.#server.address() as AddressInfo).port
  }

  async set(mode: FaultMode): Promise<void> {
    this.#mode = mode
    if (mode === 'refuse') await this.close()
    else if (!this.#server.listening) await this.listen(this.port)
    for (const socket of this.#sockets) this.#letFlow(socket)
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    if (!this.#server.listening) return
    const closed = once(this.#server, 'close')
    this.#server.close()
    await closed
  }

  #accept(client: Socket): void {
    const server = connect({ host: '127.0.0.1', ...this.#target })
    this.#join(client, server)
    this.#join(server, client)
    client.on('data', (data) => server.write(data))
    server.on('data', (data) => {
      if (this.#mode === 'lostReply') client.destroy()
      else client.write(data)
    })
  }

  #join(socket: Socket, other: Socket): void {
    this.#sockets.add(socket)
    socket.setNoDelay()
    this.#letFlow(socket)
    // An error of one connection closes it and its counterpart. The client and the server see that.
    socket.on('error', () => {})
    socket.once('close', () => {
      this.#sockets.delete(socket)
      other.destroySoon()
    })
  }

  #letFlow(socket: Socket): void {
    if (this.#mode === 'stall') socket.pause()
    else socket.resume()
  }
}
