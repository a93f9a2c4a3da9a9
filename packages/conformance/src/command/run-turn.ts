/** A message of the process that runs the cases to the process that supervises it. */
export type RunTurn =
  /** A turn (a case, or `teardown`) begins. It may take so many seconds. */
  | { readonly begins: string; readonly seconds: number }
  /** The run is over: the exit code. */
  | { readonly exitCode: number }
