import { Session } from 'node:inspector/promises'
import { basename } from 'node:path'

/** A function and its share of the CPU time, from 0 to 1. The functions that it calls do not count. */
export interface ProfiledFunction {
  readonly name: string
  readonly share: number
}

const shown = 12

/** Records which functions take the CPU time of this process, from {@link start} to {@link stop}. */
export class CpuProfile {
  readonly #session = new Session()

  async start(): Promise<void> {
    this.#session.connect()
    await this.#session.post('Profiler.enable')
    await this.#session.post('Profiler.start')
  }

  /** Ends the recording and resolves the functions that took most CPU time. */
  async stop(): Promise<readonly ProfiledFunction[]> {
    const { profile } = await this.#session.post('Profiler.stop')
    this.#session.disconnect()
    const hits = new Map<string, number>()
    for (const { callFrame, hitCount = 0 } of profile.nodes) {
      if (callFrame.functionName === '(idle)') continue
      const { functionName, url, lineNumber } = callFrame
      const place = url && ` ${basename(url)}:${lineNumber + 1}`
      const name = `${functionName || '(anonymous)'}${place}`
      hits.set(name, (hits.get(name) ?? 0) + hitCount)
    }
    const all = [...hits.values()].reduce((sum, count) => sum + count, 0)
    const functions = [...hits].map(([name, count]) => ({ name, share: count / all }))
    return functions.toSorted((left, right) => right.share - left.share).slice(0, shown)
  }
}
