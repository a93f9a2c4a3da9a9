import { spawn } from 'node:child_process'
import { once } from 'node:events'
import ts from 'typescript-5.9'
import { readmeCode } from './readme-code.ts'

/** The first example of a README that begins with a text, compiled to JavaScript. */
export function readmeExample(readme: string | URL, beginning = 'import '): string {
  const found = readmeCode(readme).find(({ code }) => code.startsWith(beginning))
  if (found === undefined) throw new Error(`${readme} has no example that begins with ${beginning}`)
  const { ES2022: target } = ts.ScriptTarget
  return ts.transpile(found.code, {
    target,
    module: ts.ModuleKind.ESNext,
    verbatimModuleSyntax: true,
  })
}

/** A running example. */
export interface ServedExample {
  readonly origin: string
  stop(): Promise<void>
}

/** Runs an example that listens to port 3000. It gets a free port instead. */
export async function serveExample(
  example: string,
  { cwd, env }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<ServedExample> {
  const script = example.replace(
    /listen\(.*3000\)/,
    'listen(0, function () { console.log(this.address().port) })',
  )
  const server = spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd,
    env: { ...env, SESSION_SECRET: 'a secret of more than 32 characters' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(server, 'exit').then(([code]) => {
    throw new Error(`The example ended with code ${code}`)
  })
  const [port] = await Promise.race([once(server.stdout, 'data'), ended])
  return {
    origin: `http://localhost:${Number(port)}`,
    async stop() {
      server.kill('SIGKILL')
      await ended.catch(() => {})
    },
  }
}

/** Each request gets its own connection: the server may close an idle one while a request is on its way. */
const ownConnection = { connection: 'close' }

/** A visitor of a server: a function that gets a page with the last cookie that the server set. */
export function visitorOf(origin: string): (path: string) => Promise<string> {
  let cookie = ''
  return async (path) => {
    const response = await fetch(origin + path, { headers: { cookie, ...ownConnection } })
    const [setCookie] = response.headers.getSetCookie()
    if (setCookie !== undefined) cookie = setCookie.split(';')[0] ?? ''
    return response.text()
  }
}
