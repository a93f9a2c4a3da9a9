import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

/**
 * A shell script that runs the server, prints its process id, and kills it when standard input is closed.
 * Standard input is closed whenever the process that started the script ends, also by SIGKILL.
 */
const keeper = `
exec 3<&0
"$@" >>"$LOG" 2>&1 </dev/null 3<&- &
server=$!
echo $server
exec >&- 2>&-
{ read -r _; kill -9 $server; } <&3 &
reader=$!
exec 3<&-
wait $server
kill $reader
`

/** The server ended before it was ready. The message has its output. */
export class ServerEndedError extends Error {
  override readonly name = 'ServerEndedError'
  /** Whether another process was already listening to its port. */
  readonly isPortTaken: boolean

  constructor(program: string, printed: string) {
    super(`${program} did not start:\n${printed}`)
    this.isPortTaken = /address already in use/i.test(printed)
  }
}

/** A server program that runs, and ends with the process that started it. */
export class ServerProcess {
  readonly #program: string
  readonly #pid: number
  readonly #keeper: ChildProcess
  readonly #log: string

  private constructor(program: string, keeper: ChildProcess, pid: number, log: string) {
    this.#program = program
    this.#keeper = keeper
    this.#pid = pid
    this.#log = log
  }

  /** Starts a program. Its output is appended to the file `log`. */
  static async start(
    program: string,
    args: readonly string[],
    log: string,
  ): Promise<ServerProcess> {
    const child = spawn('sh', ['-c', keeper, 'sh', program, ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, LOG: log },
      // In a process group of its own, so that Ctrl-C does not end it before the process that started it.
      detached: true,
    })
    const [pid] = await once(child.stdout, 'data')
    return new ServerProcess(program, child, Number(pid), log)
  }

  /**
   * Resolves when `isUp` resolves true. Until then it is called again and again.
   * @throws {ServerEndedError} when the server ends before.
   */
  async untilUp(isUp: () => Promise<boolean>): Promise<void> {
    while (!(await isUp())) {
      if (this.#hasEnded) throw new ServerEndedError(this.#program, readFileSync(this.#log, 'utf8'))
      await pause(20)
    }
  }

  signal(name: NodeJS.Signals): void {
    process.kill(this.#pid, name)
  }

  /** Ends the server at once (SIGKILL), also a suspended one, and resolves when it has ended. */
  async kill(): Promise<void> {
    if (this.#hasEnded) return
    const exited = once(this.#keeper, 'exit')
    this.#keeper.stdin?.end()
    await exited
  }

  get #hasEnded(): boolean {
    return this.#keeper.exitCode !== null || this.#keeper.signalCode !== null
  }
}
