/** Lets some seconds pass. Rejects with the reason of the signal when the signal aborts. */
export type Wait = (seconds: number, signal: AbortSignal) => Promise<void>

/**
 * The longest time, in seconds, that a case waits for an event: the end of a process, a client that is
 * connected again, a call that rejects. A correct store needs less, even on a slow machine. So only a store
 * that hangs makes a case wait so long.
 */
export const patience = 120

/** Waits in real time. */
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
