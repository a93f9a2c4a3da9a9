/** Options of a run. All are optional. */
export interface RunOptions {
  /**
   * The edition of the suite that the store claims to pass. Newer cases run too, but their failures are
   * only reported as advice. So tests that passed do not begin to fail after an update of the suite.
   * @default the newest edition
   */
  readonly edition?: number
  /** Ids of the cases to run; the others are left out. The report is then not conformant. */
  readonly only?: readonly string[]
  /** Cases that are not run: the reason by the id. The report is then not conformant. */
  readonly exclude?: Readonly<Record<string, string>>
  /**
   * Cases that run and must fail: the reason by the id. Such a case fails the run when it passes. The
   * report is not conformant.
   */
  readonly knownFailures?: Readonly<Record<string, string>>
  /**
   * A whole number from which all random keys, versions and pauses follow.
   * @default a random number; the message of each failure has it
   */
  readonly seed?: number
  /**
   * Seconds that each case may take. The limit ends the case of a store that hangs. A correct store needs
   * far less, even on a slow machine.
   * @default 300
   */
  readonly timeLimit?: number
  /** Stops the run: the running case ends, its area is disposed of, and `runConformance` rejects. */
  readonly signal?: AbortSignal
}
