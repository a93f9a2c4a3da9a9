import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

/**
 * Runs the server, prints its process id, and ends it when standard input is closed: that happens
 * however the process that started it came to its end.
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

/** The server has ended before it was up; the message has what it printed. */
export class ServerEndedError extends Error {
  override readonly name = 'ServerEndedError'
  /** Whether another process was faster to listen to its port. */
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

  /** Starts a program; what it prints goes to the end of the file `log`. */
  static async start(
    program: string,
    args: readonly string[],
    log: string,
  ): Promise<ServerProcess> {
    const child = spawn('sh', ['-c', keeper, 'sh', program, ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, LOG: log },
      // In a group of its own, so that Ctrl-C reaches it only by way of the process that started it.
      detached: true,
    })
    const [pid] = await once(child.stdout, 'data')
    return new ServerProcess(program, child, Number(pid), log)
  }

  /**
   * Resolves once `isUp` does.
   * @throws {ServerEndedError} where it has ended instead.
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

  /** Ends the server at once (SIGKILL), suspended or not, and resolves when it is gone. */
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
