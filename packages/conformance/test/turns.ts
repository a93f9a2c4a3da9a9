import type { Wait } from '../src/context/wait.ts'

const turnsOfASecond = 100

/** Waits for `count` turns of the event loop. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

/**
 * Waits without a clock: one turn of the event loop stands for ten milliseconds. The reference store answers
 * after a few turns. So an answer that has not come after the turns of some seconds never comes, also on a slow
 * machine.
 */
export const waitInTurns: Wait = async (seconds, signal) => {
  for (let turn = 0; turn < seconds * turnsOfASecond; turn += 1) {
    signal.throwIfAborted()
    await turns(1)
  }
}
