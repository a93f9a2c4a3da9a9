import type { ProfiledFunction } from './cpu-profile.ts'

/** One of the two ways to do a piece of work. It is repeated to be measured. */
export interface Side {
  /** Does the work `times` times and resolves the cost of one time. */
  repeat(times: number): Promise<Cost>
  /** Does the work `times` times and resolves the functions that took most CPU time. */
  profile(times: number): Promise<readonly ProfiledFunction[]>
}

/** What one piece of work costs, in microseconds. */
interface Cost {
  readonly micros: number
  readonly cpuMicros: number
}

/** Two ways to do the same work, and how many times as much as the second the first may cost. */
export interface Comparison {
  readonly name: string
  readonly ours: Side
  readonly theirs: Side
  /** A name for `theirs`, which is printed. */
  readonly against: string
  /** Work that both ways include. Its cost is subtracted from both. */
  readonly base?: Pick<Side, 'repeat'>
  /** The highest allowed value of ours / theirs. */
  readonly target: number
  /** Whether `target` is about the time or about the CPU time. */
  readonly targetOf: keyof Cost
  /** How often the work is done in a round. */
  readonly times: number
}

/** Medians over the rounds. */
export interface Measurement {
  readonly ours: Cost
  readonly theirs: Cost
  /** The median of ours / theirs in each round: the two measurements of a round follow each other. */
  readonly ratio: Cost
}

const rounds = 15
const nothing: Pick<Side, 'repeat'> = { repeat: async () => ({ micros: 0, cpuMicros: 0 }) }

/** Measures both ways in every round, so that a slow phase of the machine affects both. */
export async function measure(comparison: Comparison): Promise<Measurement> {
  const { ours, theirs, base = nothing, times } = comparison
  for (const side of [ours, theirs, base]) await side.repeat(times) // Warm-up: V8 compiles the code.
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
