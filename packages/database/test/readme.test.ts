import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { RowDataPacket } from 'mysql2/promise'
import { expect, it, onTestFinished } from 'vitest'
import { startDatabase } from './started-database.ts'

const packageDirectory = fileURLToPath(new URL('..', import.meta.url))

it('runs the example of the README', { timeout: 60_000 }, async () => {
  const database = await startDatabase()
  onTestFinished(() => database.stop())
  await database.admin.query('DROP TABLE mako_sessions')
  const readme = readFileSync(`${packageDirectory}/README.md`, 'utf8')
  const [, example = ''] = /```js\n(.*?)```/s.exec(readme) ?? []
  const script = example
    .replace('mysql://user:password@localhost:3306/shop', database.server.url)
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
  const [rows] = await database.admin.query<RowDataPacket[]>('SELECT 1 FROM mako_sessions')
  expect(rows).toHaveLength(1)
})
