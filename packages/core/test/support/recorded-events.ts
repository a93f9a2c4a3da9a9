import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { SessionEvents } from '../../src/index.ts'

type Name = keyof SessionEvents

const names: readonly Name[] = [
  'created',
  'loaded',
  'rejected',
  'committed',
  'regenerated',
  'destroyed',
  'lost',
  'dropped',
  'overwritten',
  'conflict',
  'gc',
  'store-error',
]

/** Runs `work` and returns the events that were published meanwhile, as `[name, message]`. */
export async function recordedEvents(
  work: () => Promise<unknown>,
): Promise<(readonly [Name, unknown])[]> {
  const events: (readonly [Name, unknown])[] = []
  const listeners = names.map((name) => {
    const listener = (message: unknown) => void events.push([name, message])
    subscribe(`mako-session:${name}`, listener)
    return () => unsubscribe(`mako-session:${name}`, listener)
  })
  try {
    await work()
  } finally {
    for (const stop of listeners) stop()
  }
  return events
}
