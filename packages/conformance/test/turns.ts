import type { Wait } from '../src/context/wait.ts'

const turnsOfASecond = 100

/** Lets so many turns of the event loop pass. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

/**
 * Counts a turn of the event loop for ten milliseconds. An answer of the reference store takes some turns,
 * and no time: so what is still to come after seconds never comes, however slow the machine is.
 */
export const waitInTurns: Wait = async (seconds, signal) => {
  for (let turn = 0; turn < seconds * turnsOfASecond; turn += 1) {
    signal.throwIfAborted()
    await turns(1)
  }
}
