import { performance } from 'node:perf_hooks'
import type { Side } from './comparison.ts'
import { CpuProfile } from './cpu-profile.ts'

/** Work that this process does, one call after the other. */
export function inProcess(work: () => Promise<unknown>): Side {
  const repeat: Side['repeat'] = async (times) => {
    const cpuBefore = process.cpuUsage()
    const startedAt = performance.now()
    for (let done = 0; done < times; done += 1) await work()
    const micros = (performance.now() - startedAt) * 1_000
    const { user, system } = process.cpuUsage(cpuBefore)
    return { micros: micros / times, cpuMicros: (user + system) / times }
  }
  return {
    repeat,
    async profile(times) {
      const profile = new CpuProfile()
      await profile.start()
      await repeat(times)
      return profile.stop()
    },
  }
}
