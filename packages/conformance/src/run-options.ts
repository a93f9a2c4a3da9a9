/** Options of a run; all of them have a default, so that a subject is enough. */
export interface RunOptions {
  /**
   * The edition of the suite that the store claims to pass. Newer cases run, and what they find is
   * reported as advisory, so that an update of the suite turns nobody red.
   * @default the newest
   */
  readonly edition?: number
  /** Only these cases, by id. The report is then not conformant. */
  readonly only?: readonly string[]
  /** Cases that are not run: id and reason. The report is then not conformant. */
  readonly exclude?: Readonly<Record<string, string>>
  /** Cases that run and must fail: id and reason. The report is then not conformant. */
  readonly knownFailures?: Readonly<Record<string, string>>
  /**
   * A whole number from which all random keys, versions and pauses follow.
   * @default a random one, which every failure names
   */
  readonly seed?: number
  /**
   * Seconds that each case may take. It is there to end a store that hangs: a right store never comes
   * near to it, however slow the machine is.
   * @default 300
   */
  readonly timeLimit?: number
  /** Stops the run: the case at hand is ended, its area disposed of, and `runConformance` rejects. */
  readonly signal?: AbortSignal
}
