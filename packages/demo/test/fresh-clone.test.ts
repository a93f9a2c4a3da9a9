import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { temporaryDirectory } from './temporary-directory.ts'
import { Visitor } from './visitor.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** The newest pnpm 10, as the README has it, and one that `packageManager` does not name. */
const pnpms = ['pnpm@10', 'pnpm@10.34.8']

it.each(pnpms)('%s serves the demo from a fresh clone, and again after a restart', async (pnpm) => {
  const clone = temporaryDirectory()
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' })
  for (const file of files.split('\0').slice(0, -1)) cpSync(join(root, file), join(clone, file))

  const first = new RunningCommand(pnpm, clone)
  const visitor = new Visitor(await first.url())
  await visitor.signIn('Jane')
  await first.interrupt()

  const second = new RunningCommand(pnpm, clone)
  const { html } = await new Visitor(await second.url(), visitor.cookie).get('/')
  expect(html).toContain('>Jane</span>')
  await second.interrupt()
})

/** The README's `npx --yes pnpm@10 demo` in a process group of its own, so that an interrupt reaches all its processes. */
class RunningCommand {
  readonly #child: ChildProcessByStdio<null, Readable, null>
  readonly #closed: Promise<unknown>
  #printed = ''

  constructor(pnpm: string, cwd: string) {
    const { PATH, HOME } = process.env
    this.#child = spawn('npx', ['--yes', pnpm, 'demo'], {
      cwd,
      env: { PATH, HOME, PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    })
    this.#closed = once(this.#child, 'close')
    this.#child.stdout.setEncoding('utf8').on('data', (text) => {
      this.#printed += text
    })
    onTestFinished(() => this.interrupt())
  }

  async url(): Promise<string> {
    for (;;) {
      const [url] = /http:\/\/127\.0\.0\.1:\d+(?=\n)/.exec(this.#printed) ?? []
      if (url !== undefined) return url
      if (this.#child.stdout.closed) throw new Error(`The command ended: ${this.#printed}`)
      await Promise.race([once(this.#child.stdout, 'data'), this.#closed])
    }
  }

  /** Does what Ctrl-C does: the terminal sends SIGINT to every process of the command. */
  async interrupt(): Promise<void> {
    const { pid, stdout } = this.#child
    if (pid !== undefined && !stdout.closed) process.kill(-pid, 'SIGINT')
    await this.#closed
  }
}
