import type { ProfiledFunction } from './cpu-profile.ts'

/** Work that is done over and over. */
export interface Side {
  /** Does the work so often; resolves what one time cost. */
  repeat(times: number): Promise<Cost>
  /** Does the work so often; resolves where the CPU time went. */
  profile(times: number): Promise<readonly ProfiledFunction[]>
}

/** What one piece of work costs, in microseconds. */
interface Cost {
  readonly micros: number
  readonly cpuMicros: number
}

/** Two ways to do the same, and how much the first may cost in terms of the second. */
export interface Comparison {
  readonly name: string
  readonly ours: Side
  readonly theirs: Side
  /** What `theirs` is. */
  readonly against: string
  /** What both do besides, which does not count. */
  readonly base?: Pick<Side, 'repeat'>
  /** The most that ours / theirs may be. */
  readonly target: number
  /** Whether that is meant of the time, or of the CPU time alone. */
  readonly targetOf: keyof Cost
  /** How often the work is done in a round. */
  readonly times: number
}

/** Medians over the rounds. */
export interface Measurement {
  readonly ours: Cost
  readonly theirs: Cost
  /** Of the rounds' ratios, each taken from measurements that followed each other. */
  readonly ratio: Cost
}

const rounds = 15
const nothing: Pick<Side, 'repeat'> = { repeat: async () => ({ micros: 0, cpuMicros: 0 }) }

/** Measures both ways in turn, round by round, so that a noisy machine is noisy for both. */
export async function measure(comparison: Comparison): Promise<Measurement> {
  const { ours, theirs, base = nothing, times } = comparison
  for (const side of [ours, theirs, base]) await side.repeat(times) // Now the compiler has seen all.
  const results: Measurement[] = []
  for (let round = 0; round < rounds; round += 1) {
    const isOursFirst = round % 2 === 0
    const first = await (isOursFirst ? ours : theirs).repeat(times)
    const second = await (isOursFirst ? theirs : ours).repeat(times)
    const besides = await base.repeat(times)
    const [our, their] = isOursFirst ? [first, second] : [second, first]
    results.push(resultOf(less(our, besides), less(their, besides)))
  }
  return {
    ours: medianOf(results.map((result) => result.ours)),
    theirs: medianOf(results.map((result) => result.theirs)),
    ratio: medianOf(results.map((result) => result.ratio)),
  }
}

function resultOf(ours: Cost, theirs: Cost): Measurement {
  const ratio = {
    micros: ours.micros / theirs.micros,
    cpuMicros: ours.cpuMicros / theirs.cpuMicros,
  }
  return { ours, theirs, ratio }
}

function less(cost: Cost, besides: Cost): Cost {
  return {
    micros: cost.micros - besides.micros,
    cpuMicros: cost.cpuMicros - besides.cpuMicros,
  }
}

function medianOf(costs: readonly Cost[]): Cost {
  return {
    micros: median(costs.map(({ micros }) => micros)),
    cpuMicros: median(costs.map(({ cpuMicros }) => cpuMicros)),
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
