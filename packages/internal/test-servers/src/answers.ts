import { connect } from 'node:net'

/** Sends `line`, which may be empty, to a Unix socket. Resolves whether the first data has the expected text. */
export async function answers(path: string, line: string, expected: RegExp): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => socket.write(line))
    socket.once('data', (data) => {
      resolve(expected.test(data.toString('latin1')))
      socket.destroy()
    })
    socket.once('error', () => resolve(false))
    socket.once('close', () => resolve(false))
  })
}
