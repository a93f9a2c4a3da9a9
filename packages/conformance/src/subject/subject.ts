import type { Store } from '@mako-session/core'

/** A store under test: how to get at it, and what can be shown of it. */
export interface Subject {
  /** What reports call it. */
  readonly name: string
  /** Whether the store has `findByUser`. The suite asserts that it has exactly when this says so. */
  readonly userIndex: boolean
  /**
   * The largest payload that the store promises to take, in bytes of UTF-8; never below 1 MiB.
   * @default 1_048_576
   */
  readonly maxPayloadBytes?: number
  /** Makes an empty area; called once for each case, and never while another one is in use. */
  setup(context: SetupContext): Promise<Environment>
  /** How another process opens the store. Without it, cases with processes are not shown. */
  readonly worker?: SubjectWorker
}

/** What {@link Subject.setup} is told. */
export interface SetupContext {
  /** The id of the case, as in `update/one-winner-of-20`. */
  readonly caseId: string
  /** Aborts when the case is over, also when it ran out of time. */
  readonly signal: AbortSignal
}

/** How another process opens the store. */
export interface SubjectWorker {
  /** A `file:` URL or a path to a module that exports `openStore` ({@link OpenStore}). */
  readonly module: string | URL
  /** What `openStore` gets as its second argument. {@link Environment.workerArg} goes first. */
  readonly arg?: string
}

/** What a worker module exports as `openStore`. */
export type OpenStore = (namespace: string, arg: string | undefined) => Store | Promise<Store>

/**
 * What a worker module exports as `closeClient`, where `openStore` opened something that keeps the
 * process alive: closes it, as an application does at its end.
 */
export type CloseClient = () => unknown

/** An empty area of a backend, for one case. */
export interface Environment {
  /**
   * Opens a new handle, as another server would. Equal namespaces share their data, different ones
   * (prefixes, tables, directories) do not. Without a namespace it is always the same one.
   */
  open(namespace?: string): Promise<Store>
  /**
   * Opens a client (a connection, a pool, a directory), and resolves a function that constructs a new
   * store over this client and does nothing else. Without it, the cases about constructors and clients
   * are not shown.
   */
  connect?(namespace: string): Promise<() => Store>
  /** How the suite moves the time that the store sees. */
  readonly time: TimeControl
  /** What `openStore` of the worker module gets as its second argument, say this area's directory. */
  readonly workerArg?: string
  /**
   * Makes the backend fail for the stores of `open` and `connect`, and not for `time`, `peek`, `plant`,
   * `work` and `dispose`; before `dispose` it is `up` again. Without it, the cases about outages are not shown.
   */
  readonly faults?: { set(mode: FaultMode): Promise<void> }
  /**
   * Whether there is a raw row, entry or file for the key, live or over; asks the backend and not the
   * store. Without it, some cases are not shown and others see less.
   */
  peek?(namespace: string, key: string): Promise<boolean>
  /** Puts something that is no record of the store where the record of the key would lie. */
  plant?(namespace: string, key: string): Promise<void>
  /**
   * How much the backend has had to do so far for the stores of `open` and `connect`: each row, key, index
   * entry or file that it looked at counts one, also where one command looks at many. The suite compares
   * differences. So the number depends on the calls alone, never on time or on what others do at the same
   * backend; asking for it may add a little, always the same. Without it, the cases about costs are not
   * shown.
   */
  work?(): Promise<number>
  /** Removes the area and closes what `setup` and `open` opened. Always called, also after a failure. */
  dispose(): Promise<void>
}

/**
 * How the backend behaves: as it should, refusing connections, never answering, or carrying out a
 * command and losing its reply.
 */
export type FaultMode = 'up' | 'refuse' | 'stall' | 'lostReply'

/**
 * How time passes for the store. `virtual`: the store reads a clock of the suite's (`seconds` may be a
 * fraction). `shift`: moves all stored deadlines back by whole seconds, say with an `UPDATE`. `real`, the
 * last resort: the suite waits, and cases that would wait for long are not shown.
 */
export type TimeControl =
  | { readonly kind: 'virtual'; advance(seconds: number): void | Promise<void> }
  | { readonly kind: 'shift'; advance(seconds: number): Promise<void> }
  | { readonly kind: 'real' }
