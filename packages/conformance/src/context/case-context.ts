import type { SessionToStore, Store } from '@mako-session/core'
import { OperationLog } from '../operations/operation-log.ts'
import { RecordedStore } from '../operations/recorded-store.ts'
import { SeededRandom } from '../operations/seeded-random.ts'
import type { Environment, FaultMode, Subject } from '../subject/subject.ts'
import { WorkerPool } from '../worker/worker-pool.ts'
import type { WorkerStore } from '../worker/worker-store.ts'
import type { Wait } from './wait.ts'

/** The namespace of a case that needs only one. */
export const mainNamespace = 'mako'

/**
 * What a case works with: handles, time, processes and random numbers. The handles and processes work in one
 * area; the random numbers follow from one seed.
 */
export class CaseContext {
  /** The store under test. */
  readonly subject: Subject
  /** Random keys, versions and pauses. The seed of the run decides them. */
  readonly random: SeededRandom
  /** The operations of the case so far. */
  readonly log: OperationLog
  readonly #run: CaseRun
  readonly #pool: WorkerPool
  #environment: Environment | undefined
  #handles = 0

  constructor(subject: Subject, run: CaseRun) {
    this.subject = subject
    this.random = new SeededRandom(run.seed, run.caseId)
    this.log = new OperationLog(run.signal)
    this.#run = run
    this.#pool = new WorkerPool(this.log)
  }

  /** The area that the case works in. */
  get environment(): Environment {
    if (this.#environment) return this.#environment
    throw new Error('the case has no environment yet: call start() first')
  }

  /**
   * Seconds that a case lets pass at once. A long step keeps the real time that a slow backend takes from
   * changing a result. Where there is only real time, the step is short, because the suite waits for it.
   */
  get step(): number {
    return this.environment.time.kind === 'real' ? 2 : 1_000
  }

  /** Opens a new handle. */
  async open(namespace: string = mainNamespace): Promise<RecordedStore> {
    const store = () => this.environment.open(namespace)
    return this.log.record(`open(${namespace})`, async () =>
      this.recorded(await store(), namespace),
    )
  }

  /** Opens several handles of the main namespace. */
  openMany(count: number): Promise<RecordedStore[]> {
    return Promise.all(Array.from({ length: count }, () => this.open()))
  }

  /** Opens a client of the main namespace, and resolves a function that constructs stores over it. */
  async connect(): Promise<() => Store> {
    const { environment } = this
    return this.log.record(`connect(${mainNamespace})`, async () => {
      if (environment.connect) return environment.connect(mainNamespace)
      throw new Error('the environment has no connect')
    })
  }

  /** Wraps a store so that its calls and answers are logged. */
  recorded(store: Store, namespace: string = mainNamespace): RecordedStore {
    return new RecordedStore(store, `${namespace}#${++this.#handles}`, this.log)
  }

  /** Starts `count` processes, and opens the main namespace in each. */
  async openProcesses(count: number): Promise<WorkerStore[]> {
    this.#run.signal.throwIfAborted()
    const { worker } = this.subject
    if (!worker) throw new Error('the subject has no worker module')
    const arg = this.environment.workerArg ?? worker.arg
    const opening = Array.from({ length: count }, () =>
      this.#pool.open(worker.module, mainNamespace, arg),
    )
    return Promise.all(opening)
  }

  /** A key that no other record has. */
  key(): string {
    return this.random.hex(32)
  }

  /** A record to store. Unless `parts` says otherwise: a new version, a small payload, a ttl of an hour. */
  session(parts: Partial<SessionToStore> = {}): SessionToStore {
    return { version: this.random.version(), payload: this.random.hex(12), ttl: 3_600, ...parts }
  }

  /** Lets time pass for the store. */
  advance(seconds: number): Promise<void> {
    const { time } = this.environment
    return this.log.record(`advance(${seconds})`, async () => {
      if (time.kind === 'real') await this.wait(seconds)
      else await time.advance(seconds)
    })
  }

  /** Sets how the backend behaves from now on. */
  setFault(mode: FaultMode): Promise<void> {
    return this.log.record(`faults.set(${mode})`, async () => this.environment.faults?.set(mode))
  }

  /** Lets real time pass. */
  wait(seconds: number): Promise<void> {
    return this.#run.wait(seconds, this.#run.signal)
  }

  /** How much `Environment.work` grows by some calls. */
  async workOf(calls: () => Promise<unknown>): Promise<number> {
    const { environment } = this
    const work = () =>
      this.log.record('work()', async () => {
        if (environment.work) return environment.work()
        throw new Error('the environment has no work')
      })
    const before = await work()
    await calls()
    return (await work()) - before
  }

  /** Whether the backend holds a row for the key; `undefined` where the environment cannot tell. */
  async peek(key: string): Promise<boolean | undefined> {
    return this.environment.peek?.(mainNamespace, key)
  }

  /**
   * Starts the calls at the same time, each after a random pause, and resolves their answers. Where one
   * fails, this still waits for the others, so that no call goes on after the case.
   */
  async race<Answer>(calls: readonly (() => Promise<Answer>)[]): Promise<Answer[]> {
    const running = calls.map(async (call) => {
      await this.random.pause()
      return call()
    })
    await Promise.allSettled(running)
    return Promise.all(running)
  }

  /** Sets an empty area up. Called again, it first disposes of the area before. */
  async start(): Promise<Environment> {
    const { caseId, signal } = this.#run
    await this.#dispose()
    await this.log.record('setup()', async () => {
      this.#environment = await this.subject.setup({ caseId, signal })
    })
    const { environment } = this
    // The case ended while setup was running, and end() had no environment yet: dispose of it here.
    if (signal.aborted) await this.#dispose()
    return environment
  }

  /** Ends the processes and disposes of the area. */
  async end(): Promise<void> {
    try {
      await this.#pool.end()
    } finally {
      await this.#dispose()
    }
  }

  async #dispose(): Promise<void> {
    const environment = this.#environment
    this.#environment = undefined
    try {
      await environment?.faults?.set('up')
    } finally {
      await environment?.dispose()
    }
  }
}

/** The case, and the run of it, that a context is for. */
export interface CaseRun {
  readonly caseId: string
  readonly seed: number
  readonly signal: AbortSignal
  readonly wait: Wait
}
