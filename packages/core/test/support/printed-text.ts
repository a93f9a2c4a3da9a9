import { setImmediate } from 'node:timers/promises'
import { format } from 'node:util'

/** Runs `work` and returns all that the process printed or warned of meanwhile. */
export async function printedText(work: () => Promise<unknown>): Promise<string> {
  let text = ''
  const warned = (warning: Error) => {
    text += `${warning.stack}\n`
  }
  process.on('warning', warned)
  const restore = [process.stdout, process.stderr].map((stream) => {
    const { write } = stream
    stream.write = ((chunk: string | Uint8Array, ...rest: []) => {
      text += Buffer.from(chunk as string).toString()
      return write.call(stream, chunk, ...rest)
    }) as typeof write
    return () => {
      stream.write = write
    }
  })
  // The console of vitest does not write to these streams.
  const { console } = globalThis
  for (const name of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    const original = console[name]
    console[name] = (...things: unknown[]) => {
      text += `${format(...things)}\n`
      original(...things)
    }
    restore.push(() => {
      console[name] = original
    })
  }
  try {
    await work()
    await setImmediate() // Node emits warnings in a later turn.
  } finally {
    for (const back of restore) back()
    process.off('warning', warned)
  }
  return text
}
