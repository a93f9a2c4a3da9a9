import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/** The next message of a child; rejects when it ends instead. */
export async function nextMessage(child: ChildProcess): Promise<unknown> {
  const over = new AbortController()
  const ended = once(child, 'exit', over).then(([code]) => {
    throw new Error(`The child has ended, with code ${code}`)
  })
  try {
    const [message] = await Promise.race([once(child, 'message', over), ended])
    return message
  } finally {
    ended.catch(() => {})
    over.abort()
  }
}
