/** Lets some seconds pass; rejects with the reason of the signal when that aborts. */
export type Wait = (seconds: number, signal: AbortSignal) => Promise<void>

/**
 * Seconds within which a right store has done what a case waits for, however slow the machine is: a
 * process has ended, a client has found its backend again, a call has been rejected. Only a store that
 * hangs is waited for so long.
 */
export const patience = 120

/** Waits by the clock. */
export const realWait: Wait = (seconds, signal) =>
  new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    // Node fires timers up to a millisecond early.
    const timer = setTimeout(
      () => {
        signal.removeEventListener('abort', stop)
        resolve()
      },
      seconds * 1_000 + 2,
    )
    signal.addEventListener('abort', stop)
    if (signal.aborted) stop()
  })
