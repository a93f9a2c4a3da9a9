import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { format, inspect } from 'node:util'
import type { SessionEvents } from '@mako-session/core'

const events = Object.keys({
  created: true,
  loaded: true,
  rejected: true,
  committed: true,
  regenerated: true,
  destroyed: true,
  lost: true,
  dropped: true,
  overwritten: true,
  conflict: true,
  gc: true,
  'store-error': true,
} satisfies Record<keyof SessionEvents, true>)

/** All that a log can show of a thing, hidden properties and causes included. */
export function allOf(thing: unknown): string {
  return `${inspect(thing, { depth: null, showHidden: true })}\n${JSON.stringify(thing)}\n`
}

/**
 * Calls `show` with the text of each event of sessions, each warning, and all that this process prints,
 * until the function that it returns is called.
 */
export function watchShownText(show: (text: string) => void): () => void {
  const restore: (() => void)[] = []
  for (const event of events) {
    const listener = (message: unknown) => show(allOf(message))
    subscribe(`mako-session:${event}`, listener)
    restore.push(() => unsubscribe(`mako-session:${event}`, listener))
  }
  const warned = (warning: Error) => show(allOf(warning))
  process.on('warning', warned)
  restore.push(() => process.off('warning', warned))
  for (const stream of [process.stdout, process.stderr]) {
    const { write } = stream
    stream.write = ((chunk: string | Uint8Array, ...rest: []) => {
      show(Buffer.from(chunk as string).toString())
      return write.call(stream, chunk, ...rest)
    }) as typeof write
    restore.push(() => {
      stream.write = write
    })
  }
  // The console of vitest does not write to these streams.
  const { console } = globalThis
  for (const name of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    const original = console[name]
    console[name] = (...things: unknown[]) => {
      show(format(...things))
      original(...things)
    }
    restore.push(() => {
      console[name] = original
    })
  }
  return () => {
    for (const back of restore) back()
  }
}
