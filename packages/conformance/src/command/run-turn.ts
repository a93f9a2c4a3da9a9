/** What the process that runs the cases tells the one that watches over it. */
export type RunTurn =
  /** Something begins that takes no more than so many seconds. */
  | { readonly begins: string; readonly seconds: number }
  /** The run is over: the exit code. */
  | { readonly exitCode: number }
