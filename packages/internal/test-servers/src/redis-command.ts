import { once } from 'node:events'
import { connect } from 'node:net'

/**
 * Sends one command to a Redis server of 127.0.0.1 and resolves its answer, which must be a single text.
 * @throws when the server answers with an error.
 */
export async function redisCommand(port: number, ...words: readonly string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.once('end', () => socket.destroy(new Error('The server closed the connection')))
  try {
    socket.write(
      `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`,
    )
    let reply = ''
    for (;;) {
      const [data] = await once(socket, 'data')
      reply += data
      const [, kind, head = '', body = ''] = /^([+\-:$])([^\r]*)\r\n(.*)$/s.exec(reply) ?? []
      if (kind === '-') throw new Error(head)
      if (kind === '$' && body.length === Number(head) + 2) return body.slice(0, -2)
      if (kind === '+' || kind === ':') return head
    }
  } finally {
    socket.destroy()
  }
}
