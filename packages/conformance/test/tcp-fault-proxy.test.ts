import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type TcpFaultProxy, tcpFaultProxy } from '../src/subject/tcp-fault-proxy.ts'

describe('tcpFaultProxy', () => {
  it('forwards data in both directions while it is up', async () => {
    const { proxy } = await proxied()
    const client = await connected(proxy)
    const long = 'x'.repeat(2 ** 20)
    client.write(long)
    expect(await answerOf(client, long.length)).toBe(long)
  })

  it('closes and refuses connections, and accepts them again at the same port', async () => {
    const { proxy } = await proxied()
    const client = await connected(proxy)
    const { port } = proxy
    const closed = once(client, 'close')
    await proxy.set('refuse')
    await closed
    await expect(connected(proxy)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await proxy.set('up')
    expect(proxy.port).toBe(port)
    const again = await connected(proxy)
    again.write('hello')
    expect(await answerOf(again, 5)).toBe('hello')
  })

  it('holds data back while it stalls, and forwards them afterwards', async () => {
    const { proxy, port, received } = await proxied()
    const before = await connected(proxy)
    await proxy.set('stall')
    const meanwhile = await connected(proxy)
    for (const client of [before, meanwhile]) await sent(client, 'held')
    // Data that are sent later, by another proxy, reach the server. If the stalled proxy forwarded, its data
    // would have arrived before them.
    const other = await tcpFaultProxy({ port })
    onTestFinished(() => other.close())
    for (let round = 0; round < 3; round += 1) {
      const client = await connected(other)
      client.write('passes')
      expect(await answerOf(client, 6)).toBe('passes')
      client.destroy()
    }
    expect(received()).toBe('passes'.repeat(3))
    await proxy.set('up')
    expect(await answerOf(before, 4)).toBe('held')
    expect(await answerOf(meanwhile, 4)).toBe('held')
  })

  it('forwards a command whose reply is lost, and closes the connection instead of the reply', async () => {
    const { proxy, received } = await proxied()
    const client = await connected(proxy)
    await proxy.set('lostReply')
    let answered = ''
    client.on('data', (data) => {
      answered += data
    })
    client.write('lost')
    await once(client, 'close')
    expect([received(), answered]).toEqual(['lost', ''])
  })

  it('closes the connection of the client when the server does, and the reverse', async () => {
    const { proxy, connections } = await proxied()
    const [first, second] = [await connected(proxy), await connected(proxy)]
    first.write('quit')
    await once(first, 'close')
    second.end()
    await once(second, 'close')
    while (connections.size > 0) await new Promise(setImmediate)
  })
})

/** A server that sends back what it gets and closes the connection at `quit`, and a proxy before it. */
async function proxied() {
  let text = ''
  const connections = new Set<Socket>()
  const server = createServer((socket) => {
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
    socket.on('error', () => {})
    socket.on('data', (data) => {
      text += data
      if (String(data) === 'quit') socket.end()
      else socket.write(data)
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const proxy = await tcpFaultProxy({ port })
  onTestFinished(async () => {
    await proxy.close()
    server.close()
  })
  return { proxy, port, connections, received: () => text }
}

async function connected(proxy: TcpFaultProxy): Promise<Socket> {
  const client = connect(proxy.port, '127.0.0.1')
  await once(client, 'connect')
  client.on('error', () => {})
  return client
}

/** Resolves once the operating system has taken the text. */
function sent(client: Socket, text: string): Promise<void> {
  return new Promise((resolve) => client.write(text, () => resolve()))
}

async function answerOf(client: Socket, length: number): Promise<string> {
  let text = ''
  for await (const data of client.iterator({ destroyOnReturn: false })) {
    text += data
    if (text.length >= length) break
  }
  return text
}
