import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const packageUrl = new URL('../', import.meta.url)

/** The demo as a user starts it: by the command of its package.json. */
export class DemoProcess {
  readonly #child: ChildProcessByStdio<null, Readable, Readable>
  readonly #closed: Promise<unknown>
  #stdout = ''
  #stderr = ''

  /** The process is ended at the end of the test, if it still runs. */
  constructor(environment: Readonly<Record<string, string>>, script = 'start') {
    const manifest = JSON.parse(readFileSync(new URL('package.json', packageUrl), 'utf8'))
    const [, ...given] = manifest.scripts[script].split(' ')
    this.#child = spawn(process.execPath, given, {
      cwd: fileURLToPath(packageUrl),
      env: { PATH: process.env.PATH, PORT: '0', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#closed = once(this.#child, 'close')
    this.#child.stdout.setEncoding('utf8').on('data', (text) => {
      this.#stdout += text
    })
    this.#child.stderr.setEncoding('utf8').on('data', (text) => {
      this.#stderr += text
    })
    onTestFinished(async () => {
      await this.end('SIGKILL')
    })
  }

  /** All that it printed so far. */
  get printed(): { readonly stdout: string; readonly stderr: string } {
    return { stdout: this.#stdout, stderr: this.#stderr }
  }

  /** The address that it prints once it can be used. */
  async url(): Promise<string> {
    for (;;) {
      const [url] = /http:\/\/\S+(?=\n)/.exec(this.#stdout) ?? []
      if (url !== undefined) return url
      if (this.#child.stdout.closed) throw new Error(`The demo ended: ${this.#stderr}`)
      await Promise.race([once(this.#child.stdout, 'data'), this.#closed])
    }
  }

  /** Sends a signal, waits for the end, and resolves the exit code or the signal that ended the process. */
  async end(signal: NodeJS.Signals): Promise<number | string | null> {
    this.#child.kill(signal)
    return this.exit()
  }

  /** Waits for the end, and for all that is printed until then. */
  async exit(): Promise<number | string | null> {
    await this.#closed
    return this.#child.exitCode ?? this.#child.signalCode
  }
}
