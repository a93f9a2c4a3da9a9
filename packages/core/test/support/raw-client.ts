import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import type { LocalServer } from './local-server.ts'

/** A client that shows the bytes of a response as they arrive. It sends HTTP/1.1 as plain text. */
export class RawClient {
  readonly socket: Socket
  /** All that has arrived so far. */
  received = ''

  private constructor(socket: Socket) {
    this.socket = socket
    socket.setEncoding('latin1')
    socket.on('data', (text) => {
      this.received += text
    })
    onTestFinished(() => void socket.destroy())
  }

  static async connect({ port }: LocalServer): Promise<RawClient> {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    return new RawClient(socket)
  }

  /** Sends a request after which the server is to close the connection. */
  send(method = 'GET', path = '/'): void {
    this.socket.write(`${method} ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
  }

  /** All that has arrived when the server has closed the connection. */
  async whole(): Promise<string> {
    if (!this.socket.readableEnded) await once(this.socket, 'end')
    return this.received
  }
}
