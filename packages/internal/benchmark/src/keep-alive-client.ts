import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/**
 * Sends the same request for each visitor again and again. Each visitor has one connection, which stays
 * open. The client only looks for the end of each answer, so that it takes little CPU time from the server.
 */
export class KeepAliveClient {
  readonly #visitors: readonly Visitor[]

  private constructor(visitors: readonly Visitor[]) {
    this.#visitors = visitors
  }

  static async open(
    port: number,
    path: string,
    cookies: readonly string[],
  ): Promise<KeepAliveClient> {
    const visitors = cookies.map(async (cookie) => {
      const socket = connect(port, '127.0.0.1').setNoDelay()
      await once(socket, 'connect')
      const head = `GET ${path} HTTP/1.1\r\nHost: localhost\r\nCookie: ${cookie}\r\n\r\n`
      return { socket, request: Buffer.from(head) }
    })
    return new KeepAliveClient(await Promise.all(visitors))
  }

  /** Sends `times` requests in all. @throws when the status of an answer is not 200. */
  async send(times: number): Promise<void> {
    let left = times
    const takeOne = () => left-- > 0
    await Promise.all(this.#visitors.map((visitor) => sendWhile(visitor, takeOne)))
  }

  close(): void {
    for (const { socket } of this.#visitors) socket.destroy()
  }
}

interface Visitor {
  readonly socket: Socket
  readonly request: Buffer
}

function sendWhile({ socket, request }: Visitor, takeOne: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const finish = (error?: Error) => {
      socket.off('data', take)
      if (error) reject(error)
      else resolve()
    }
    const next = () => (takeOne() ? socket.write(request) : finish())
    const take = (data: Buffer) => {
      answer += data.toString('latin1')
      if (!isWhole(answer)) return
      if (!answer.startsWith('HTTP/1.1 200')) return finish(new Error(answer))
      answer = ''
      next()
    }
    socket.on('data', take)
    next()
  })
}

function isWhole(answer: string): boolean {
  const headEnd = answer.indexOf('\r\n\r\n')
  if (headEnd < 0) return false
  const [, length = '0'] = /content-length: (\d+)/i.exec(answer) ?? []
  return answer.length >= headEnd + 4 + Number(length)
}
