import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import { ServerEndedError, ServerProcess } from './server-process.ts'

/** If this many ports are in use one after the other, the cause is not chance. */
const mostPorts = 10

/** Where a server runs. */
export interface ServerPlace {
  /** A port of 127.0.0.1 that was free. */
  readonly port: number
  /** A temporary directory that only this server uses. */
  readonly directory: string
}

/** How to run a kind of server. */
export interface ServerRecipe {
  readonly program: string
  readonly args: readonly string[]
  readonly url: string
  /** Whether the server is ready for commands. It must not ask another server that has the same port. */
  isUp(): Promise<boolean>
}

/** A server that was started for one caller: it can be suspended, killed and started again. */
export class TestServer {
  /** The port of 127.0.0.1 that it listens to. */
  readonly port: number
  readonly url: string
  readonly #recipe: ServerRecipe
  readonly #directory: string
  #process: ServerProcess | undefined

  private constructor(recipe: ServerRecipe, { port, directory }: ServerPlace) {
    this.port = port
    this.url = recipe.url
    this.#recipe = recipe
    this.#directory = directory
  }

  /**
   * Chooses a port and a directory, calls `prepare`, and starts the server. If another process took the
   * port meanwhile, it tries another one.
   * @throws {ServerEndedError} when the server does not start, with its output.
   */
  static async launch(prepare: (place: ServerPlace) => Promise<ServerRecipe>): Promise<TestServer> {
    for (let ports = 1; ; ports += 1) {
      const directory = await mkdtemp(join(tmpdir(), 'mako-server-'))
      const place = { port: await freePort(), directory }
      try {
        const server = new TestServer(await prepare(place), place)
        await server.start()
        return server
      } catch (error) {
        await rm(directory, { recursive: true })
        const isPortTaken = error instanceof ServerEndedError && error.isPortTaken
        if (!isPortTaken || ports === mostPorts) throw error
      }
    }
  }

  /** Starts it again after {@link kill}, with the same port and files. */
  async start(): Promise<void> {
    const { program, args, isUp } = this.#recipe
    this.#process = await ServerProcess.start(program, args, join(this.#directory, 'log'))
    await this.#process.untilUp(isUp)
  }

  /** Suspends the server (SIGSTOP): its connections stay open, and it does not answer. */
  suspend(): void {
    this.#process?.signal('SIGSTOP')
  }

  /** Lets a suspended server continue. */
  resume(): void {
    this.#process?.signal('SIGCONT')
  }

  /** Ends it at once (SIGKILL), as a crash would. */
  async kill(): Promise<void> {
    await this.#process?.kill()
  }

  /** Ends it and removes its files. */
  async stop(): Promise<void> {
    await this.kill()
    await rm(this.#directory, { recursive: true, force: true })
  }
}
