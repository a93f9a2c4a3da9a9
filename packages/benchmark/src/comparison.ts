import { performance } from 'node:perf_hooks'

/** Work that is done over and over, one at a time. */
export type Work = () => Promise<unknown>

/** Two ways to do the same, and how much the first may cost in terms of the second. */
export interface Comparison {
  readonly name: string
  readonly ours: Work
  readonly theirs: Work
  /** What `theirs` is. */
  readonly against: string
  /** The most that ours / theirs may be. */
  readonly target: number
  /** How often the work is done in a round. */
  readonly times: number
}

/** Medians over the rounds; times in microseconds for one piece of work. */
export interface Measurement {
  readonly oursMicros: number
  readonly theirsMicros: number
  /** Of the rounds' ratios, each taken from two measurements that followed each other. */
  readonly timeRatio: number
  readonly cpuRatio: number
}

const rounds = 15

/** Measures both ways in turn, round by round, so that a noisy machine is noisy for both. */
export async function measure({ ours, theirs, times }: Comparison): Promise<Measurement> {
  await repeat(ours, times) // Warm up: the compiler has then seen both.
  await repeat(theirs, times)
  const results: { readonly ours: Cost; readonly theirs: Cost }[] = []
  for (let round = 0; round < rounds; round += 1) {
    const isOursFirst = round % 2 === 0
    const first = await repeat(isOursFirst ? ours : theirs, times)
    const second = await repeat(isOursFirst ? theirs : ours, times)
    results.push(isOursFirst ? { ours: first, theirs: second } : { ours: second, theirs: first })
  }
  return {
    oursMicros: median(results.map(({ ours }) => ours.micros)),
    theirsMicros: median(results.map(({ theirs }) => theirs.micros)),
    timeRatio: median(results.map(({ ours, theirs }) => ours.micros / theirs.micros)),
    cpuRatio: median(results.map(({ ours, theirs }) => ours.cpuMicros / theirs.cpuMicros)),
  }
}

interface Cost {
  readonly micros: number
  readonly cpuMicros: number
}

async function repeat(work: Work, times: number): Promise<Cost> {
  const cpuBefore = process.cpuUsage()
  const startedAt = performance.now()
  for (let done = 0; done < times; done += 1) await work()
  const micros = (performance.now() - startedAt) * 1_000
  const { user, system } = process.cpuUsage(cpuBefore)
  return { micros: micros / times, cpuMicros: (user + system) / times }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
