/** What several writers did to one record. */
export interface History {
  /** The version that the record had before the first attempt. */
  readonly initial: string
  /** The version that the record had after the last attempt. */
  readonly final: string
  /** The attempts of all writers, in any order. */
  readonly attempts: readonly WriteAttempt[]
}

/**
 * One attempt: a read, and an update that expects the version that was read. The instants of all attempts
 * come from one monotonic clock, in any unit.
 */
export interface WriteAttempt {
  /** An instant before the read. */
  readonly startedAt: number
  /** An instant after the update was answered. */
  readonly endedAt: number
  /** The version that was read, and that the update expected. */
  readonly base: string
  /** The new version, which no other attempt has. */
  readonly version: string
  /** Whether the update resolved true. */
  readonly acknowledged: boolean
}

/**
 * Checks that the attempts could have happened one after the other, in an order that agrees with their
 * instants. It finds acknowledged writes that were lost, two acknowledged writes with one base (a fork),
 * versions that no acknowledged write made, stale reads, and refusals without a conflict.
 *
 * @returns one sentence for each problem; an empty array when there is none.
 */
export function checkHistory(history: History): readonly string[] {
  const acknowledged = history.attempts.filter((attempt) => attempt.acknowledged)
  const chain = followChain(history.initial, acknowledged)
  const last = chain.at(-1)?.version ?? history.initial
  const lost = acknowledged.length - chain.length
  const problems = forks(acknowledged)
  if (lost > 0)
    problems.push(
      `broken chain: ${lost} acknowledged writes do not follow from the initial version`,
    )
  if (last !== history.final) {
    problems.push(`broken chain: the last write was ${last}, but the record has ${history.final}`)
  }
  return [...problems, ...staleReads(history, chain), ...baselessRefusals(history, chain)]
}

function followChain(initial: string, acknowledged: readonly WriteAttempt[]): WriteAttempt[] {
  const byBase = new Map(acknowledged.map((attempt) => [attempt.base, attempt]))
  const chain: WriteAttempt[] = []
  let next = byBase.get(initial)
  // Versions that are not unique could make a circle: the bound ends it.
  while (next && chain.length < acknowledged.length) {
    chain.push(next)
    next = byBase.get(next.version)
  }
  return chain
}

function forks(acknowledged: readonly WriteAttempt[]): string[] {
  const bases = new Set<string>()
  const problems: string[] = []
  for (const { base } of acknowledged) {
    if (bases.has(base)) problems.push(`fork: two acknowledged writes replaced version ${base}`)
    bases.add(base)
  }
  return problems
}

function staleReads(history: History, chain: readonly WriteAttempt[]): string[] {
  const positions = new Map([[history.initial, 0]])
  for (const [index, { version }] of chain.entries()) positions.set(version, index + 1)
  const problems: string[] = []
  for (const { base, startedAt, endedAt } of history.attempts) {
    const position = positions.get(base)
    if (position === undefined) {
      problems.push(`broken chain: version ${base} was read, but no acknowledged write made it`)
      continue
    }
    const newer = chain.slice(position).find((write) => write.endedAt < startedAt)
    if (newer) problems.push(`stale read: ${base} was read after ${newer.version} was written`)
    const origin = chain[position - 1]
    if (origin && origin.startedAt > endedAt) {
      problems.push(`broken chain: ${base} was read before its write had started`)
    }
  }
  return problems
}

function baselessRefusals(history: History, chain: readonly WriteAttempt[]): string[] {
  const successors = new Map(chain.map((attempt) => [attempt.base, attempt]))
  const refused = history.attempts.filter((attempt) => !attempt.acknowledged)
  return refused
    .filter(({ base, endedAt }) => (successors.get(base)?.startedAt ?? Infinity) > endedAt)
    .map(({ base }) => `baseless refusal: no write had replaced version ${base}`)
}
