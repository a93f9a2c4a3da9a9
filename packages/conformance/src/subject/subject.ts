import type { Store } from '@mako-session/core'

/** A store under test: how the suite opens it, and which cases it can show. */
export interface Subject {
  /** The name in reports. */
  readonly name: string
  /** Whether the store has `findByUser`. A case asserts that this is true. */
  readonly userIndex: boolean
  /**
   * The largest payload that the store accepts, in bytes of UTF-8. At least 1 MiB.
   * @default 1_048_576
   */
  readonly maxPayloadBytes?: number
  /**
   * Makes an empty area. Called once for each case (twice for `harness/fresh-area`), and only after the area
   * before was disposed of.
   */
  setup(context: SetupContext): Promise<Environment>
  /** How another process opens the store. Without it, cases with processes are not shown. */
  readonly worker?: SubjectWorker
}

/** The argument of {@link Subject.setup}. */
export interface SetupContext {
  /** The id of the case, as in `update/one-winner-of-20`. */
  readonly caseId: string
  /** Aborts when the case is over, also when its time limit ended it. */
  readonly signal: AbortSignal
}

/** How another process opens the store. */
export interface SubjectWorker {
  /** A `file:` URL or a path to a module that exports `openStore` ({@link OpenStore}). */
  readonly module: string | URL
  /** The second argument of `openStore`, where {@link Environment.workerArg} is absent. */
  readonly arg?: string
}

/** What a worker module exports as `openStore`. */
export type OpenStore = (namespace: string, arg: string | undefined) => Store | Promise<Store>

/**
 * What a worker module exports as `closeClient`, where `openStore` opens a client that keeps the process
 * alive. It closes that client, as an application does at its end.
 */
export type CloseClient = () => unknown

/** An empty area of a backend, for one case. */
export interface Environment {
  /**
   * Opens a new handle, as another server would. Handles of the same namespace share their data; handles of
   * different namespaces (prefixes, tables, directories) do not. Calls without a namespace all mean the same
   * one.
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
  /** The second argument of `openStore` of the worker module, such as the directory of this area. */
  readonly workerArg?: string
  /**
   * Makes the backend fail for the stores of `open` and `connect`, and not for `time`, `peek`, `plant`,
   * `work` and `dispose`. The suite sets it to `up` before `dispose`. Without it, the cases about outages are
   * not shown.
   */
  readonly faults?: { set(mode: FaultMode): Promise<void> }
  /**
   * Whether the backend has a row, entry or file for the key, live or over. Asks the backend and not the
   * store. Without it, some cases are not shown and others check less.
   */
  peek?(namespace: string, key: string): Promise<boolean>
  /** Puts data that are no record of the store in the place of the record of the key. */
  plant?(namespace: string, key: string): Promise<void>
  /**
   * How many rows, keys, index entries or files the backend has looked at so far for the stores of `open`
   * and `connect`. Where one command looks at many, each counts. The suite compares the numbers before and
   * after some calls. So the number must depend on the calls alone, and not on time or on other users of the
   * backend. Asking for the number may add a small amount that is always the same. Without it, the cases
   * about costs are not shown.
   */
  work?(): Promise<number>
  /** Removes the area and closes what `setup`, `open` and `connect` opened. Also called after a failure. */
  dispose(): Promise<void>
}

/**
 * How the backend behaves. `up`: normally. `refuse`: it refuses connections. `stall`: it does not answer.
 * `lostReply`: it carries out a command, but its reply is lost.
 */
export type FaultMode = 'up' | 'refuse' | 'stall' | 'lostReply'

/**
 * How time passes for the store. `virtual`: the store reads a clock that the suite moves (`seconds` may be a
 * fraction). `shift`: `advance` moves all stored deadlines back by whole seconds, for example with an
 * `UPDATE`. `real`, where neither is possible: the suite waits, and cases that would wait for long are not
 * shown.
 */
export type TimeControl =
  | { readonly kind: 'virtual'; advance(seconds: number): void | Promise<void> }
  | { readonly kind: 'shift'; advance(seconds: number): Promise<void> }
  | { readonly kind: 'real' }
