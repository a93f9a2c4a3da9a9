import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { filesIn } from './files-in.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const packageDirectory = fileURLToPath(new URL('..', import.meta.url))

it('runs the example of the README', { timeout: 60_000 }, async () => {
  const readme = readFileSync(`${packageDirectory}/README.md`, 'utf8')
  const [, example = ''] = /```js\n(.*?)```/s.exec(readme) ?? []
  const directory = temporaryDirectory()
  const script = example
    .replace('/var/lib/my-app/sessions', directory)
    .replace('listen(3000)', 'listen(0, function () { console.log(this.address().port) })')
  const server = spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: packageDirectory,
    env: { ...process.env, SESSION_SECRET: 's'.repeat(32) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void server.kill('SIGKILL'))
  const [port] = await once(server.stdout, 'data')

  const url = `http://localhost:${Number(port)}`
  const first = await fetch(url)
  expect(await first.text()).toBe('Visit number 1\n')
  const cookie = first.headers.get('set-cookie')?.split(';')[0] ?? ''
  const second = await fetch(url, { headers: { cookie } })
  expect(await second.text()).toBe('Visit number 2\n')
  expect(filesIn(directory).length).toBe(1)
})
